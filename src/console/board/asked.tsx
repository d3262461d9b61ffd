// What is shown while a question to the server is open, and when it failed: the reason, and a way to ask again.
import type { UseQueryResult } from '@tanstack/react-query';
import { errorText } from '../api.ts';
import { useSpeech } from './speech.ts';

export function Asked({ query }: { query: Pick<UseQueryResult, 'isPending' | 'isError' | 'error' | 'refetch'> }) {
  const { t } = useSpeech();
  return (
    <>
      {query.isError && (
        <p className="card-failed" role="alert">
          {errorText(query.error, t)}
          <button type="button" onClick={() => void query.refetch()}>
            {t('common.retry')}
          </button>
        </p>
      )}
      {query.isPending && <div className="board-skeleton tall" role="status" aria-label={t('board.loading')} />}
    </>
  );
}
