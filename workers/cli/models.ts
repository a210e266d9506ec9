/** `pantau models list|fetch|verify`. */
import type { Command } from 'commander';
import { fetchModel, listModels, verifyModels } from '../../models/commands.ts';
import type { ModelProgress } from '../../models/store.ts';
import { cardDirs } from '../camera-models.ts';
import { PACKAGE_ROOT, readConfig } from '../config.ts';
import { formatTable, remark, say } from './output.ts';

export function addModels(program: Command): void {
  const models = program
    .command('models')
    .description('model deteksi / detection models: list, fetch, verify');
  models
    .command('list')
    .description('kartu model dan keadaannya / model cards and whether their file is ready')
    .option('--json', 'for machines')
    .action(async (options: { json?: boolean }) => {
      const { modelDir } = readConfig();
      const rows = await listModels({ cardDirs: cardDirs({ modelDir }), modelDir });
      if (options.json === true) return say(JSON.stringify(rows, null, 2));
      const cells = rows.map((row) => [row.id, row.state, row.licence, row.source, row.title]);
      return say(
        formatTable(['id', 'keadaan/state', 'lisensi/licence', 'sumber/source', 'judul/title'], cells),
      );
    });
  models
    .command('fetch')
    .description('siapkan berkas model / convert, copy or download a model and check it')
    .argument('<id|path>', 'model id or path of a card')
    .option('--from <file|url>', 'another place for the same bytes')
    .addHelpText(
      'after',
      '\nExamples:\n  pantau models fetch centernet-mobilenetv3\n  pantau models fetch yolox-nano --from ./yolox_nano.onnx',
    )
    .action(async (id: string, options: { from?: string }) => {
      const { modelDir, allowLicences } = readConfig();
      const fetched = await fetchModel(id, {
        cardDirs: cardDirs({ modelDir }),
        modelDir,
        packageRoot: PACKAGE_ROOT,
        allowLicences: [...allowLicences],
        ...(options.from === undefined ? {} : { from: options.from }),
        onProgress: createProgress(),
      });
      say(`${fetched.id}: ${fetched.path} (${fetched.bytes} B, sha256 ${fetched.sha256})`);
    });
  models
    .command('verify')
    .description('periksa berkas model / check model files against their cards')
    .argument('[ids...]', 'all that are there when none is named')
    .option('--json', 'for machines')
    .action(async (ids: string[], options: { json?: boolean }) => {
      const { modelDir } = readConfig();
      const verdicts = await verifyModels(ids, { cardDirs: cardDirs({ modelDir }), modelDir });
      if (options.json === true) say(JSON.stringify(verdicts, null, 2));
      else
        say(
          formatTable(
            ['id', 'sah/valid', 'cacat/fault'],
            verdicts.map((row) => [row.id, row.isValid ? 'ya/yes' : 'TIDAK/NO', row.fault ?? '']),
          ),
        );
      if (verdicts.some((row) => !row.isValid)) process.exitCode = 65;
    });
}

/** One line per phase, and one per tenth of a download. */
function createProgress(): (progress: ModelProgress) => void {
  let shown = '';
  return ({ modelId, phase, bytes, totalBytes }) => {
    const tenths =
      bytes === undefined || totalBytes === undefined
        ? ''
        : ` ${Math.floor((bytes / totalBytes) * 10) * 10} %`;
    const line = `${modelId}: ${phase}${tenths}`;
    if (line !== shown) remark(line);
    shown = line;
  };
}
