/** A published measure by name, with its definition from the data dictionary in reach of pointer and keyboard. */
import { useId, useState } from 'preact/hooks';
import type { Measure } from '../series/measures.ts';
import { useView } from '../view.ts';

export function Term({ measure, isPlain }: { measure: Measure; isPlain?: boolean }) {
  const { texts, dictionary, language } = useView();
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  const name = texts.measures[measure.id];
  const entry = dictionary.get(measure.column);
  if (entry === undefined || isPlain === true) return <span>{name}</span>;
  return (
    <span class="term">
      {name}{' '}
      <button
        type="button"
        class="term-mark"
        aria-expanded={isOpen}
        aria-controls={id}
        aria-label={`${texts.definition}: ${name}`}
        onClick={() => setOpen(!isOpen)}
        onBlur={() => setOpen(false)}
        onKeyDown={(event) => event.key === 'Escape' && setOpen(false)}
      >
        ?
      </button>
      <span id={id} class="term-text" role="tooltip" hidden={!isOpen}>
        <b>{entry.label[language]}</b>
        {entry.definition[language]}
        {entry.unit !== undefined && (
          <small>
            {texts.unit}: {entry.unit.name[language]} · <code>{entry.name}</code>
          </small>
        )}
      </span>
    </span>
  );
}
