// npm run eval -- intent|retrieve|triage|golden|emotion|calibrate|report|scale …: JSONL in, JSONL out, figures on the screen. Needs no data directory.
import { parseArgs } from 'node:util';
import { AppError } from '../src/errors.ts';
import { calibrate } from './eval/calibrate.ts';
import { evaluateEmotion } from './eval/emotion.ts';
import { evaluateGolden, SHOPS } from './eval/golden.ts';
import { evaluateIntent } from './eval/intent.ts';
import { report } from './eval/report.ts';
import { evaluateRetrieval } from './eval/retrieve.ts';
import { evaluateScale } from './eval/scale.ts';
import { evaluateTriage } from './eval/triage.ts';
import { finishCommand } from './setup/finish.ts';

const USAGE = `用法：
  npm run eval -- intent --train T.jsonl --test X.jsonl --out P.jsonl [--shots n]
  npm run eval -- retrieve --corpus C.jsonl --queries Q.jsonl --out R.jsonl [--pairs P.jsonl] [--qrels Q.jsonl]
  npm run eval -- triage --in U.jsonl --out D.jsonl
  npm run eval -- golden [--shop apparel] [--file G.jsonl]
  npm run eval -- emotion
  npm run eval -- calibrate [--shop apparel] [--wrong 0.02]
  npm run eval -- report [--shop apparel] [--out FILE.md]
  npm run eval -- scale [--questions 10000] [--asked 1000] [--database postgres://…] [--learn]
店铺缺省为 apparel；golden 不写 --shop 时，依次是全部样例店铺（${SHOPS.join(' ')}）。`;

await finishCommand(async () => {
  const text = { type: 'string' } as const;
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      train: text,
      test: text,
      out: text,
      shots: text,
      corpus: text,
      queries: text,
      pairs: text,
      qrels: text,
      in: text,
      file: text,
      shop: text,
      wrong: text,
      questions: text,
      asked: text,
      database: text,
      learn: { type: 'boolean' },
    },
  });
  const need = (name: Exclude<keyof typeof values, 'learn'>): string => {
    const value = values[name];
    if (value === undefined) throw new AppError('invalid_request', `缺少 --${name}\n${USAGE}`);
    return value;
  };
  switch (positionals[0]) {
    case 'intent':
      return evaluateIntent({
        train: need('train'),
        test: need('test'),
        out: need('out'),
        shots: values.shots ? Number(values.shots) : null,
      });
    case 'retrieve':
      return evaluateRetrieval({
        corpus: need('corpus'),
        queries: need('queries'),
        out: need('out'),
        pairs: values.pairs ?? null,
        qrels: values.qrels ?? null,
      });
    case 'triage':
      return evaluateTriage({ input: need('in'), out: need('out') });
    case 'golden':
      return evaluateGolden(values.shop || values.file ? [values.shop ?? 'apparel'] : SHOPS, values.file);
    case 'emotion':
      return evaluateEmotion();
    case 'calibrate':
      return calibrate(values.shop ?? 'apparel', Number(values.wrong ?? '0.02'));
    case 'report':
      return report(values.shop ?? 'apparel', values.out ?? null);
    case 'scale':
      return evaluateScale({
        questions: Number(values.questions ?? '10000'),
        asked: Number(values.asked ?? '1000'),
        database: values.database ?? null,
        learn: values.learn ?? false,
      });
    default:
      throw new AppError('invalid_request', USAGE);
  }
});
