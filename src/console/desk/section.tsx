// One part of the right column, with its heading.
import type { ReactNode } from 'react';

export function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="side-section" aria-label={title}>
      <h3>{title}</h3>
      {children}
    </section>
  );
}
