/** `docs/accuracy.md`: written by the run, never by hand. */
import { DEFAULT_MODEL_ID } from '../../../models/registry.ts';
import { BLOCK_SECONDS } from '../metrics/presence.ts';
import type { AccuracyResult } from '../run/accuracy-run.ts';
import type { SceneFigures } from '../run/run-scene.ts';
import { isExact } from '../run/synthetic.ts';
import { isGroup } from '../study/rate-curve.ts';
import type { Target } from '../targets.ts';
import type { FigureTable } from './figure-table.ts';
import { interval, twoDigits } from './number-format.ts';
import { type PlotFile, presencePlots, ratePlots } from './plots.ts';
import type { Provenance } from './provenance.ts';
import { figureTables } from './tables.ts';

/** Folder of the plots beside the page. */
export const PLOT_FOLDER = 'accuracy';

/** The page and its plots. */
export interface AccuracyPage {
  readonly markdown: string;
  readonly plots: readonly PlotFile[];
}

/** Composes the page from one run. */
export function accuracyPage(result: AccuracyResult, source: Provenance): AccuracyPage {
  const presence = result.samples
    .filter(({ run, samples }) => run.modelId === DEFAULT_MODEL_ID && samples.length > 0)
    .flatMap(({ run, samples }) => presencePlots(run.sceneId, run.sceneId, samples));
  const rates = result.curves.flatMap(({ sceneId, modelId, points }) =>
    ratePlots(`${sceneId}-${modelId}`, `${sceneId}, ${modelId}`, points),
  );
  const sections = [
    '# Ketelitian hitungan / Accuracy of the counts',
    '> Ditulis oleh `npm run accuracy`; jangan diubah dengan tangan. · Written by `npm run accuracy`; not by hand.',
    provenanceLines(source),
    '## Ringkasan',
    summary(result, 'id'),
    '## Summary',
    summary(result, 'en'),
    ...missingSection(result.missing),
    '## Angka / Figures',
    ...figureTables(result).map(markdownTable),
    '## Gambar / Plots',
    ...[...presence, ...rates].map(({ name, alt }) => `![${alt}](${PLOT_FOLDER}/${name})`),
    '## Cara mengukur / How it is measured',
    METHOD,
  ];
  return { markdown: `${sections.join('\n\n')}\n`, plots: [...presence, ...rates] };
}

function provenanceLines({ date, commit, pipelineVersion, machine, node, command }: Provenance): string {
  return [
    `- ${date}, commit ${commit}, pipeline ${pipelineVersion}`,
    `- ${machine}, Node ${node}`,
    `- \`${command}\``,
  ].join('\n');
}

type Language = 'id' | 'en';

function summary({ runs, synthetic, targets }: AccuracyResult, language: Language): string {
  const lines = runs
    .filter(({ modelId }) => modelId === DEFAULT_MODEL_ID)
    .map((run) => runLine(run, language));
  const exact = synthetic.filter(isExact).length;
  if (synthetic.length > 0) {
    lines.push(
      language === 'id'
        ? `- Adegan buatan: ${exact} dari ${synthetic.length} dihitung tepat.`
        : `- Synthetic scenes: ${exact} of ${synthetic.length} counted exactly.`,
    );
  }
  const unmet = targets.filter(({ isMet }) => !isMet);
  const met = `${targets.length - unmet.length}/${targets.length}`;
  const list = unmet.map(({ sceneId, what }) => `${sceneId}: ${what}`).join('; ');
  const rest =
    unmet.length === 0 ? '' : language === 'id' ? ` Belum tercapai: ${list}.` : ` Missed: ${list}.`;
  lines.push(language === 'id' ? `- Target tercapai: ${met}.${rest}` : `- Targets met: ${met}.${rest}`);
  const unsure = targets.filter(({ isUnsure }) => isUnsure).map((target) => unsureText(target, language));
  if (unsure.length > 0) {
    lines.push(
      language === 'id'
        ? `- Tercapai oleh nilai tengahnya, tetapi selang 95 %-nya melewati target: ${unsure.join('; ')}.`
        : `- Met by the value itself, while its 95 % interval reaches past the target: ${unsure.join('; ')}.`,
    );
  }
  return lines.join('\n');
}

function unsureText({ sceneId, what, wanted, found, interval: range }: Target, language: Language): string {
  const text = `${sceneId}, ${what}: ${found} (${interval(range)}; ${wanted})`;
  return language === 'id' ? text.replace(/(\d)\.(\d)/g, '$1,$2') : text;
}

function runLine(run: SceneFigures, language: Language): string {
  const present = run.presence[0];
  const groups = run.crossings.filter(({ roadUsers }) => isGroup(roadUsers));
  const sum = (pick: (score: (typeof groups)[number]) => number) =>
    groups.reduce((total, score) => total + pick(score), 0);
  const [truth, missed, over] = [
    sum((one) => one.truth),
    sum((one) => one.missed),
    sum((one) => one.overCounted),
  ];
  const head = `- **${run.sceneId}**, ${run.framesPerSecond}`;
  if (language === 'id') {
    const presence =
      present === undefined
        ? ''
        : ` galat kehadiran rata-rata ${comma(present.perFrame.mae)} dari ${comma(present.perFrame.meanTruth)} per gambar (bias ${comma(present.perFrame.bias)});`;
    return `${head} gambar/detik:${presence} dari ${truth} lintasan ${missed} terlewat dan ${over} lebih hitung.`;
  }
  const presence =
    present === undefined
      ? ''
      : ` presence MAE ${present.perFrame.mae.toFixed(2)} of ${present.perFrame.meanTruth.toFixed(2)} per frame (bias ${twoDigits(present.perFrame.bias)});`;
  return `${head} frames/s:${presence} of ${truth} crossings ${missed} missed and ${over} over-counted.`;
}

/** Indonesian writes a decimal comma. */
function comma(value: number): string {
  return twoDigits(value).replace('.', ',');
}

function missingSection(missing: readonly string[]): string[] {
  if (missing.length === 0) return [];
  return ['## Tidak diukur / Not measured', missing.map((line) => `- ${line}`).join('\n')];
}

function markdownTable({ title, head, rows }: FigureTable): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [`### ${title}`, '', line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

const METHOD = `- **One path.** Clips are opened, detected and counted by the pipeline's own code (\`openRecording\`, \`detectTimeline\`,
  \`createCounting\`); detections at the full rate are kept under \`var/bench/\`, and a lower rate takes from them the pictures
  that decode would have taken (checked at 2 and 1 pictures/s: the same time lines, byte for byte).
- **Presence** compares the zone's count with the truth in the same frame. MAE is the mean of |counted − true|, bias the mean
  of counted − true. 95 % intervals: circular block bootstrap (Politis & Romano 1992), blocks of ${BLOCK_SECONDS} s, 2000 replicates,
  fixed seed; frames that follow each other are not independent, and single-frame resampling would make the interval far too
  narrow. They are percentile intervals: of few blocks they come out too narrow. PETS09-S2L1 has eight blocks; the junction's 20
  labelled instants in 33 s are about three, so its interval claims more than they can tell. A window compares the published mean with the mean of the truth over all its frames.
- **Crossings** are paired one to one in time within their line, direction and class (1 s early, 2 s late, plus one and two
  sampling intervals); what stays alone is a miss or an over-count. Truth from boxes has no hysteresis and shares no rule with
  the instrument. GEH only from 15 minutes on.
- **MOTA, MOTP, ID switches** after Bernardin & Stiefelhagen 2008, **IDF1** after Ristani et al. 2016, **HOTA** after Luiten et al.
  2020, with the conventions of TrackEval: its own code over numpy and scipy gives the thirteen figures of PETS09-S2L1, with
  either model and either truth, to 12 digits; a test holds those of one confused case.
- **PETS09-S2L1** is MOTChallenge's own truth. Its protocol leaves out 174 boxes (frames 147–224 and 244) of people who are
  fully visible at the far entrance; \`-everyone\` counts them as present. Targets are judged on both.
- **Targets** are met or missed by the value that was found. Where its 95 % interval reaches past the target the summary says
  so: the recording does not show that the target would hold on other footage of the same place.
- **Leaving one scene out**: for each scene the value that is best on all other scenes is chosen (sum of presence MAE / mean
  truth and of wrong / true crossings); the two numbers of an error are these two shares. A default is doubtful where the
  value chosen without the scene does better on it; a single vehicle at one of the junction's 20 labelled instants is 1.3 %, one
  of its crossings 2 %. Weak by nature: \`joinRule\` (only the junction and one synthetic scene have vehicles of several names)
  and \`riderRule\` (only a synthetic scene has riders). \`sparseSeconds\` acts at low rates only and is judged as the mean of 2
  and 1 pictures/s; for each \`nmsIou\` the clips are detected anew.
- **Levers** change one thing each and are judged on everyone who is labelled; lower rates are means over shifted grids.
  "Static boxes left out" looks at the whole recording and so bounds what a memory of static objects can gain; "area to ignore"
  is what an operator draws, four corners around the foot of one signpost (\`ignore\`, [data-contract.md](data-contract.md)).
- **The rate rule** takes the lowest rate of the curve at which what the rate itself costs is small: presence from 2 pictures/s
  on, crossings where nobody moves more than half of their own size between two pictures. Its constants and their evidence
  are in \`pipelines/domain/sampling-rule.ts\`.
- **Levers measured once and not kept in the code**: region crop, tiles, thresholds of each class group, soft and class-blind
  suppression, a causal memory of static objects. Their rows, with what was decided, are in [findings](../bench/findings.md).`;
