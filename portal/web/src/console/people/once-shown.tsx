/** A secret that is shown once, to be copied away. */
import { useConsoleTexts } from '../context.ts';

export function OnceShown({ label, secret }: { label: string; secret: string | undefined }) {
  const texts = useConsoleTexts();
  if (secret === undefined) return null;
  return (
    <div class="notice" role="status">
      <label class="op-field">
        {label}
        <input readOnly value={secret} onFocus={(event) => event.currentTarget.select()} />
      </label>
      <small>{texts.shownOnce}</small>
    </div>
  );
}
