/** What to do on a portal without any data. */
import { useView } from '../view.ts';

export function EmptyState() {
  const { texts } = useView();
  return (
    <section class="empty card">
      <img src="./icon.svg" alt="" width={56} height={56} />
      <h1>{texts.emptyTitle}</h1>
      <p>{texts.emptyText}</p>
      <pre>
        <code>
          {'npm run demo\nnpx pantau enqueue rekaman.mp4 --site site.json\nnpx pantau camera add --help'}
        </code>
      </pre>
      <p>{texts.emptyAfter}</p>
    </section>
  );
}
