/** A choice of a few things, all of them visible. */

/** One thing to choose. */
export interface Segment<Value extends string> {
  readonly value: Value;
  readonly name: string;
}

export function Segments<Value extends string>(props: {
  name: string;
  segments: readonly Segment<Value>[];
  value: Value;
  onChoose: (value: Value) => void;
}) {
  const { name, segments, value, onChoose } = props;
  return (
    <fieldset class="segments">
      <legend class="unseen">{name}</legend>
      {segments.map((segment) => (
        <button
          type="button"
          key={segment.value}
          aria-pressed={segment.value === value}
          onClick={() => onChoose(segment.value)}
        >
          {segment.name}
        </button>
      ))}
    </fieldset>
  );
}

/** A choice of many things. */
export function Choice<Value extends string>(props: {
  name: string;
  groups: readonly { readonly name?: string; readonly options: readonly Segment<Value>[] }[];
  value: Value;
  onChoose: (value: Value) => void;
}) {
  return (
    <label class="choice">
      <span>{props.name}</span>
      <select value={props.value} onChange={(event) => props.onChoose(event.currentTarget.value as Value)}>
        {props.groups.map(({ name, options }) => {
          const items = options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.name}
            </option>
          ));
          return name === undefined ? (
            items
          ) : (
            <optgroup key={name} label={name}>
              {items}
            </optgroup>
          );
        })}
      </select>
    </label>
  );
}
