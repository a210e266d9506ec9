/** Filled shares of data sets and cameras as bars with their numbers. */
import { DATA_SETS } from '../../../datasets/data-sets.ts';
import type { QualityAnswer } from '../api/answers.ts';
import { useView } from '../view.ts';

export function FilledShares(props: { quality: QualityAnswer; names: ReadonlyMap<string, string> }) {
  const { language, texts } = useView();
  const { dataSets, cameras } = props.quality;
  if (dataSets.length + cameras.length === 0) return <p class="missing">{texts.emptyTitle}</p>;
  const title = (id: string) => DATA_SETS.find((dataSet) => dataSet.id === id)?.title[language] ?? id;
  return (
    <div class="shares">
      <ul>
        {dataSets.map(({ id, filled }) => (
          <Share key={id} name={title(id)} share={filled.share} />
        ))}
      </ul>
      <ul>
        {cameras.map(({ cameraId, filled }) => (
          <Share key={cameraId} name={props.names.get(cameraId) ?? cameraId} share={filled.share} />
        ))}
      </ul>
    </div>
  );
}

function Share({ name, share }: { name: string; share: number }) {
  const { format } = useView();
  return (
    <li>
      <span>{name}</span>
      <meter min={0} max={1} value={share} aria-label={name} />
      <b>{format.percent(share)}</b>
    </li>
  );
}
