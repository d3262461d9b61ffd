// GBK as iconv writes it, for the texts of these tests only; an independent table, kept as hex.

/** `printf %s <text> | iconv -t GBK | xxd -p` */
const BYTES: Readonly<Record<string, string>> = {
  你: 'c4e3',
  好: 'bac3',
  小: 'd0a1',
  明: 'c3f7',
  什: 'cab2',
  么: 'c3b4',
  时: 'cab1',
  候: 'baf2',
  发: 'b7a2',
  货: 'bbf5',
  '！': 'a3a1',
  长: 'b3a4',
  退: 'cdcb',
};

/** Every other character as JSON's escape, which is ASCII. */
export const toGbk = (text: string): Buffer =>
  Buffer.concat(
    [...text].map((character) => {
      if (character.charCodeAt(0) < 0x80) return Buffer.from(character);
      const known = BYTES[character];
      if (known) return Buffer.from(known, 'hex');
      const units = Array.from({ length: character.length }, (_, i) => character.charCodeAt(i));
      return Buffer.from(units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join(''));
    }),
  );
