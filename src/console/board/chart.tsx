// One drawing: echarts on a canvas, described in words for who cannot see it; the table beside it has the numbers.
import type { ECharts, EChartsCoreOption } from 'echarts/core';
import { useEffect, useRef, useState } from 'react';
import { useSpeech } from './speech.ts';

/** What was clicked: the place of the series and of the value in it. */
export interface Picked {
  series: number;
  index: number;
}

interface ChartProps {
  option: EChartsCoreOption;
  said: string;
  onPick(picked: Picked): void;
}

export function Chart({ option, said, onPick }: ChartProps) {
  const { t } = useSpeech();
  const box = useRef<HTMLDivElement>(null);
  const [chart, setChart] = useState<ECharts | null>(null);
  const [failed, setFailed] = useState(false);
  const [attempt, setAttempt] = useState(0);
  const picked = useRef(onPick);
  picked.current = onPick;

  // biome-ignore lint/correctness/useExhaustiveDependencies: a further attempt loads the drawing part again
  useEffect(() => {
    let drawn: ECharts | null = null;
    let left = false;
    const sizes = new ResizeObserver(() => drawn?.resize());
    setFailed(false);
    import('./echarts.ts').then(
      ({ init }) => {
        if (left || !box.current) return;
        drawn = init(box.current);
        drawn.on('click', ({ seriesIndex, dataIndex }) =>
          picked.current({ series: seriesIndex ?? 0, index: dataIndex }),
        );
        sizes.observe(box.current);
        setChart(drawn);
      },
      () => !left && setFailed(true),
    );
    return () => {
      left = true;
      sizes.disconnect();
      drawn?.dispose();
      setChart(null);
    };
  }, [attempt]);

  useEffect(() => {
    chart?.setOption(option, { notMerge: true });
  }, [chart, option]);

  if (failed)
    return (
      <p className="card-failed" role="alert">
        {t('board.failed')}
        <button type="button" onClick={() => setAttempt((n) => n + 1)}>
          {t('common.retry')}
        </button>
      </p>
    );
  return <div className="chart" ref={box} role="img" aria-label={said} />;
}
