/** The operators' console: its own part of the page, see `console/`. */
import { useView } from '../view.ts';

export function OperatorPage() {
  const { texts } = useView();
  return (
    <div class="prose-page">
      <header>
        <h1>{texts.operatorTitle}</h1>
        <p>{texts.operatorText}</p>
      </header>
    </div>
  );
}
