/** The fields of an area to ignore beside its points. */
import { ROAD_USER_CLASSES, type RoadUserClass } from '../../../../../pipelines/domain/classes.ts';
import type { IgnoreArea } from '../../../../../pipelines/domain/site.ts';
import { useConsoleTexts, useTexts } from '../context.ts';
import { Check, Field } from '../form.tsx';
import type { ConsoleError } from '../request.ts';
import { bilingual } from '../text.ts';
import { withField } from './with-field.ts';

const TEXTS = bilingual(
  {
    hint: 'Yang kakinya atau rodanya di sini tidak dihitung. Gambar di sekitar kakinya, sedikit lebih lebar.',
    allClasses: 'Semua jenis diabaikan',
    only: 'Hanya abaikan',
    names: {
      person: 'orang',
      bicycle: 'sepeda',
      motorcycle: 'sepeda motor',
      car: 'mobil',
      bus: 'bus',
      truck: 'truk',
    },
  },
  {
    hint: 'Whoever has feet or wheels in here is not counted. Draw it around the feet, a little wider.',
    allClasses: 'Ignore every class',
    only: 'Ignore only',
    names: {
      person: 'people',
      bicycle: 'bicycles',
      motorcycle: 'motorcycles',
      car: 'cars',
      bus: 'buses',
      truck: 'trucks',
    },
  },
);

export function IgnoreFields(props: {
  area: IgnoreArea;
  path: string;
  fault: ConsoleError | undefined;
  onArea: (area: IgnoreArea) => void;
}) {
  const texts = useConsoleTexts();
  const own = useTexts(TEXTS);
  const { area, path, fault, onArea } = props;
  const { classes } = area;
  const put = (next: readonly RoadUserClass[] | undefined) => onArea(withField(area, 'classes', next));
  return (
    <>
      <p class="rule">{own.hint}</p>
      <Field
        label="id"
        name={`${path}.id`}
        value={area.id}
        fault={fault}
        onValue={(id) => onArea({ ...area, id })}
      />
      <Field
        label={texts.name}
        name={`${path}.name`}
        value={area.name ?? ''}
        fault={fault}
        onValue={(name) => onArea(withField(area, 'name', name))}
      />
      <Check
        label={own.allClasses}
        value={classes === undefined}
        onValue={(isAll) => put(isAll ? undefined : ['person'])}
      />
      {classes !== undefined && (
        <fieldset class="op-fields">
          <legend>{own.only}</legend>
          {ROAD_USER_CLASSES.map((name) => (
            <Check
              key={name}
              label={own.names[name]}
              value={classes.includes(name)}
              onValue={(isIgnored) => put(classesWith(classes, name, isIgnored))}
            />
          ))}
        </fieldset>
      )}
    </>
  );
}

/** With or without one class, in the canonical order; the last one stays, for an area of no class ignores nothing. */
function classesWith(
  classes: readonly RoadUserClass[],
  name: RoadUserClass,
  isIgnored: boolean,
): readonly RoadUserClass[] {
  const next = ROAD_USER_CLASSES.filter((one) => (one === name ? isIgnored : classes.includes(one)));
  return next.length === 0 ? classes : next;
}
