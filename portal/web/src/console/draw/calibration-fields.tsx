/** Metres of a calibration's places, or of its known length. */
import type { Calibration } from '../../../../../pipelines/domain/site.ts';
import { useConsoleTexts } from '../context.ts';
import { Fault, Field } from '../form.tsx';
import type { ConsoleError } from '../request.ts';

export function CalibrationFields(props: {
  calibration: Calibration;
  fault: ConsoleError | undefined;
  onCalibration: (calibration: Calibration) => void;
}) {
  const texts = useConsoleTexts();
  const { calibration, fault, onCalibration } = props;
  const ownFault = fault?.field?.startsWith('calibration') === true ? fault : undefined;
  if (calibration.kind === 'length') {
    return (
      <Field
        label={texts.lengthM}
        name="calibration.lengthM"
        type="number"
        value={String(calibration.lengthM)}
        fault={fault}
        onValue={(text) => onCalibration({ ...calibration, lengthM: Number(text) })}
      />
    );
  }
  const { points } = calibration;
  return (
    <>
      <p class="rule">{texts.calibrationHint}</p>
      <ol class="op-points">
        {points.map((place, index) => (
          <li key={index}>
            {(['x', 'y'] as const).map((axis) => (
              <label key={axis}>
                {axis} (m){' '}
                <input
                  type="number"
                  step="any"
                  value={place.groundM[axis]}
                  aria-label={texts.placeM(axis, index + 1)}
                  onChange={(event) => {
                    const groundM = { ...place.groundM, [axis]: Number(event.currentTarget.value) };
                    onCalibration({ kind: 'points', points: points.with(index, { ...place, groundM }) });
                  }}
                />
              </label>
            ))}
          </li>
        ))}
      </ol>
      <Fault fault={ownFault} />
    </>
  );
}
