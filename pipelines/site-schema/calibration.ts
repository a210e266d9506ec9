/** How a picture lies on the ground, and how its view is known again. */
import { z } from 'zod';
import { calibrationFault } from '../domain/calibration/ground-map.ts';
import { parseSceneReferences } from '../domain/guard/scene-reference.ts';
import { between, strict } from './checks.ts';
import { point } from './places.ts';

/** Places far apart are refused by their extent; this only keeps a grid's coordinates (UTM) exact to the millimetre. */
const groundCoordinate = between(-10_000_000, 10_000_000, ' m');
const groundPlace = strict({ x: groundCoordinate, y: groundCoordinate });

const calibrationPointsRule = 'allowed is a list of 4 to 16 points {picture, groundM}';
/** See `Calibration` in `domain/site.ts`. */
export const calibration = z
  .discriminatedUnion(
    'kind',
    [
      strict({
        kind: z.literal('points'),
        points: z
          .array(strict({ picture: point, groundM: groundPlace }), { error: calibrationPointsRule })
          .min(4, calibrationPointsRule)
          .max(16, calibrationPointsRule),
      }),
      strict({ kind: z.literal('length'), from: point, to: point, lengthM: between(1, 500, ' m') }),
    ],
    { error: 'allowed is an object whose kind is "points" or "length" (or no calibration at all)' },
  )
  .superRefine((value, context) => {
    const fault = calibrationFault(value);
    if (fault !== undefined) context.addIssue({ code: 'custom', message: fault });
  });

/** What the camera-moved guard compares with: the text that `pantau camera reference` prints. */
export const sceneReference = z
  .string({ error: 'allowed is a text that "pantau camera reference" printed' })
  .superRefine((text, context) => {
    try {
      parseSceneReferences(text);
    } catch (error) {
      context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : String(error) });
    }
  });
