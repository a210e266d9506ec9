/** The route of the browser's address. */
import { useEffect, useState } from 'preact/hooks';
import { hrefOf, parseRoute, type Route } from './route.ts';

/** Changes some choices of the page that is shown; undefined takes one back. */
export type ChangeChoices = (part: Readonly<Record<string, string | undefined>>) => void;

/** The route of the address and a function that changes its choices. */
export function useRoute(): readonly [Route, ChangeChoices] {
  const [route, setRoute] = useState(() => parseRoute(location.hash));
  useEffect(() => {
    const onChange = () => setRoute(parseRoute(location.hash));
    addEventListener('hashchange', onChange);
    return () => removeEventListener('hashchange', onChange);
  }, []);
  const change: ChangeChoices = (part) => {
    const { page, choices } = parseRoute(location.hash);
    location.hash = hrefOf(page, { ...choices, ...part });
  };
  return [route, change];
}
