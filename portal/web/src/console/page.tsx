/** Frames that the console's pages share: a page with its title, what is awaited, a form that adds something. */
import type { ComponentChildren } from 'preact';
import type { Loaded } from '../api/use-loaded.ts';
import { useConsoleTexts, type useDeed } from './context.ts';
import { Fault, Form } from './form.tsx';

/** A place of the console. */
export function Page(props: {
  readonly title: string;
  /** Beside the title. */
  readonly actions?: ComponentChildren;
  /** For forms and texts, which are read better in short lines. */
  readonly isNarrow?: boolean;
  readonly children: ComponentChildren;
}) {
  return (
    <div class={props.isNarrow === true ? 'op-page op-narrow' : 'op-page'}>
      <header class="op-head">
        <h1>{props.title}</h1>
        {props.actions}
      </header>
      {props.children}
    </div>
  );
}

/** What an answer shows once it is there; above it, why a newer one failed. */
export function Awaited<T>({
  answer,
  children,
}: {
  readonly answer: Loaded<T>;
  readonly children: (value: T) => ComponentChildren;
}) {
  const texts = useConsoleTexts();
  const { value, failure } = answer;
  const reason = failure === '' ? texts.unreachable : failure;
  if (value === undefined) return <p class="loading">{reason ?? texts.loading}</p>;
  return (
    <>
      {reason !== undefined && <p class="notice">{reason}</p>}
      {children(value)}
    </>
  );
}

/** What can be done when somebody else changed meanwhile what is edited here: nothing typed is lost unasked. */
export function Conflict(props: {
  readonly deed: ReturnType<typeof useDeed>;
  readonly onMine: () => Promise<unknown>;
  readonly onTheirs: () => void;
}) {
  const texts = useConsoleTexts();
  const { fault, isBusy, run } = props.deed;
  if (fault?.code !== 'changed-meanwhile') return null;
  return (
    <p class="op-actions">
      <button type="button" class="button" disabled={isBusy} onClick={() => run(props.onMine)}>
        {texts.keepMine}
      </button>
      <button type="button" class="button op-danger" disabled={isBusy} onClick={props.onTheirs}>
        {texts.takeTheirs}
      </button>
    </p>
  );
}

/** A form in one row that adds something to the list below it. */
export function AddForm(props: {
  readonly deed: ReturnType<typeof useDeed>;
  readonly button: string;
  readonly isDisabled?: boolean;
  readonly onAdd: () => Promise<unknown>;
  /** The fields. */
  readonly children: ComponentChildren;
  /** What came of it. */
  readonly outcome?: ComponentChildren;
}) {
  const { isBusy, fault, run } = props.deed;
  return (
    <section class="card">
      <Form class="op-row" onSubmit={() => run(props.onAdd)}>
        {props.children}
        <button type="submit" class="button op-main" disabled={isBusy || props.isDisabled === true}>
          {props.button}
        </button>
      </Form>
      <Fault fault={fault} />
      {props.outcome}
    </section>
  );
}
