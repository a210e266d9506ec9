/** Parts of forms: a field with its fault beside it, the fault of a whole form. */
import type { ComponentChildren } from 'preact';
import { useId, useState } from 'preact/hooks';
import { useConsoleTexts } from './context.ts';
import { fieldFaultText } from './fault-text.ts';
import { numberOrText } from './numbers.ts';
import { type ConsoleError, refusalText } from './request.ts';

/** Whether a fault is about a field or a part of it. */
export function isAbout(fault: ConsoleError | undefined, name: string): fault is ConsoleError {
  const field = fault?.field;
  return field !== undefined && (field === name || field.startsWith(`${name}.`));
}

interface FieldProps {
  readonly label: string;
  /** Dotted path as the server names it. */
  readonly name: string;
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly fault?: ConsoleError | undefined;
  readonly hint?: string;
  readonly type?: 'text' | 'password' | 'number' | 'date';
  readonly autocomplete?: string;
  readonly isRequired?: boolean;
  readonly isFixed?: boolean;
}

/** One line of text. */
export function Field(props: FieldProps) {
  const id = useId();
  const { label, name, value, onValue, fault, hint, type = 'text' } = props;
  const isWrong = isAbout(fault, name);
  return (
    <div class="op-field">
      <label for={id}>{label}</label>
      <input
        id={id}
        name={name}
        // Preact's types want one literal; each of these takes the same attributes.
        type={type as 'text'}
        value={value}
        required={props.isRequired === true}
        readOnly={props.isFixed === true}
        autocomplete={props.autocomplete ?? 'off'}
        aria-invalid={isWrong}
        aria-describedby={isWrong || hint !== undefined ? `${id}-note` : undefined}
        onInput={(event) => onValue(event.currentTarget.value)}
      />
      <FieldNote id={`${id}-note`} fault={isWrong ? fault : undefined} hint={hint} />
    </div>
  );
}

/** A number as it is typed: "12," stays "12," while 12 is what it says so far. */
export function NumberField(
  props: Omit<FieldProps, 'value' | 'onValue' | 'type'> & {
    /** A text where what was typed is no number. */
    readonly value: number | string | undefined;
    readonly onNumber: (value: number | string | undefined) => void;
  },
) {
  const { value, onNumber, ...field } = props;
  const [text, setText] = useState('');
  return (
    <Field
      {...field}
      // Another value than the typed one came from elsewhere (undo), and is shown.
      value={numberOrText(text) === value ? text : (value?.toString() ?? '')}
      onValue={(next) => {
        setText(next);
        onNumber(numberOrText(next));
      }}
    />
  );
}

/** What is wrong with a field, else its hint. */
export function FieldNote(props: {
  id: string;
  fault?: ConsoleError | undefined;
  hint?: string | undefined;
}) {
  const { id, fault, hint } = props;
  const texts = useConsoleTexts();
  if (fault !== undefined) {
    return (
      <small id={id}>
        <span class="op-fault" role="alert">
          {fieldFaultText(texts, fault)}
        </span>
        {hint !== undefined && ` ${hint}`}
      </small>
    );
  }
  return hint === undefined ? null : <small id={id}>{hint}</small>;
}

/** A choice of a few. */
export function Pick<Value extends string>(props: {
  label: string;
  name: string;
  value: Value;
  options: readonly (readonly [value: Value, name: string])[];
  onValue: (value: Value) => void;
  fault?: ConsoleError | undefined;
  hint?: string;
}) {
  const id = useId();
  const isWrong = isAbout(props.fault, props.name);
  return (
    <div class="op-field">
      <label for={id}>{props.label}</label>
      <select
        id={id}
        name={props.name}
        value={props.value}
        aria-invalid={isWrong}
        aria-describedby={isWrong || props.hint !== undefined ? `${id}-note` : undefined}
        onChange={(event) => props.onValue(event.currentTarget.value as Value)}
      >
        {props.options.map(([value, name]) => (
          <option key={value} value={value}>
            {name}
          </option>
        ))}
      </select>
      <FieldNote id={`${id}-note`} fault={isWrong ? props.fault : undefined} hint={props.hint} />
    </div>
  );
}

/** Yes or no. */
export function Check(props: { label: string; value: boolean; onValue: (value: boolean) => void }) {
  return (
    <label class="op-check">
      <input
        type="checkbox"
        checked={props.value}
        onChange={(event) => props.onValue(event.currentTarget.checked)}
      />
      {props.label}
    </label>
  );
}

/** What the server refused, said to everybody. */
export function Fault({ fault }: { fault: ConsoleError | undefined }) {
  const texts = useConsoleTexts();
  if (fault === undefined) return null;
  return (
    <p class="op-fault" role="alert">
      {refusalText(texts, fault)}
    </p>
  );
}

/** A form that asks nobody but this page. */
export function Form(props: { onSubmit: () => void; class?: string; children: ComponentChildren }) {
  return (
    <form
      class={props.class ?? 'op-form'}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        props.onSubmit();
      }}
    >
      {props.children}
    </form>
  );
}

/** A button that asks once more before it does what cannot be taken back. */
export function ConfirmButton(props: { label: string; question: string; onConfirm: () => void }) {
  return (
    <button
      type="button"
      class="button op-danger"
      onClick={() => {
        if (confirm(props.question)) props.onConfirm();
      }}
    >
      {props.label}
    </button>
  );
}
