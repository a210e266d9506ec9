/** A level as letter and colour, never as colour alone. */
import { levelClass } from '../map/level-class.ts';

export function LevelBadge({
  letter,
  label,
  isStale,
}: {
  letter: string;
  label?: string;
  isStale?: boolean;
}) {
  const classes = `level ${levelClass(letter)}${isStale === true ? ' is-stale' : ''}`;
  const shown = letter === '-' ? '–' : letter;
  if (label === undefined) {
    return (
      <span class={classes} aria-hidden="true">
        {shown}
      </span>
    );
  }
  return (
    <span class={classes} role="img" aria-label={label} title={label}>
      {shown}
    </span>
  );
}
