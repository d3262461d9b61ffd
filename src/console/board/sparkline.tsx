// A line of a few points beside a number. Decoration: the number and its list say the same.

const WIDTH = 96;
const HEIGHT = 24;

export function Sparkline({ points }: { points: readonly (number | null)[] }) {
  const known = points.filter((p) => p !== null);
  if (known.length < 2) return null;
  const top = Math.max(...known);
  const bottom = Math.min(...known);
  const x = (i: number) => (i / (points.length - 1)) * WIDTH;
  const y = (value: number) =>
    top === bottom ? HEIGHT / 2 : HEIGHT - 2 - ((value - bottom) / (top - bottom)) * (HEIGHT - 4);
  let isDown = false;
  const path = points
    .map((value, i) => {
      if (value === null) {
        isDown = false;
        return '';
      }
      const to = `${isDown ? 'L' : 'M'}${x(i).toFixed(1)} ${y(value).toFixed(1)}`;
      isDown = true;
      return to;
    })
    .join('');
  return (
    <svg className="sparkline" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      <path d={path} />
    </svg>
  );
}
