// A form with files as one body (RFC 7578), for platforms that take media no other way. Pure.
import { randomUUID } from 'node:crypto';

export interface FormFile {
  /** Of the form's field. */
  field: string;
  fileName: string;
  type: string;
  bytes: Buffer;
}

/** Quotes and line breaks would end the header they stand in; RFC 7578 4.2 and the HTML standard write them so. */
const quoted = (text: string): string =>
  text.toWellFormed().replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A');

export function multipartForm(
  files: readonly FormFile[],
  fields: Readonly<Record<string, string>> = {},
): { body: Buffer; contentType: string } {
  const boundary = `jiebang-${randomUUID()}`;
  const parts: Buffer[] = Object.entries(fields).map(([name, value]) =>
    Buffer.from(`--${boundary}\r\ncontent-disposition: form-data; name="${quoted(name)}"\r\n\r\n${value}\r\n`),
  );
  for (const { field, fileName, type, bytes } of files) {
    const disposition = `form-data; name="${quoted(field)}"; filename="${quoted(fileName)}"`;
    parts.push(
      Buffer.from(`--${boundary}\r\ncontent-disposition: ${disposition}\r\ncontent-type: ${type}\r\n\r\n`),
      bytes,
      Buffer.from('\r\n'),
    );
  }
  return {
    body: Buffer.concat([...parts, Buffer.from(`--${boundary}--\r\n`)]),
    contentType: `multipart/form-data; boundary=${boundary}`,
  };
}
