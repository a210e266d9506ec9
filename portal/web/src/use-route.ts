/** The route of the browser's address. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { hrefOf, parseRoute, type Route } from './route.ts';

/** Changes some choices of the page that is shown; undefined takes one back. */
export type ChangeChoices = (part: Readonly<Record<string, string | undefined>>) => void;

/** Sent to the window before another page takes this one's place; who cancels it keeps the page, its address too. */
export const LEAVE_EVENT = 'pantau-leave';

/** The route of the address and a function that changes its choices. */
export function useRoute(): readonly [Route, ChangeChoices] {
  const [route, setRoute] = useState(() => parseRoute(location.hash));
  const shown = useRef({ route, href: location.href });
  useEffect(() => {
    const onChange = () => {
      const next = { route: parseRoute(location.hash), href: location.href };
      const { page, rest } = shown.current.route;
      const isLeft = next.route.page !== page || next.route.rest !== rest;
      // The address has changed already, by a link or by the browser's own way back: the kept page takes it again.
      if (isLeft && !dispatchEvent(new Event(LEAVE_EVENT, { cancelable: true }))) {
        history.pushState(null, '', shown.current.href);
        return;
      }
      shown.current = next;
      setRoute(next.route);
    };
    addEventListener('hashchange', onChange);
    return () => removeEventListener('hashchange', onChange);
  }, []);
  const change: ChangeChoices = (part) => {
    const { page, choices } = parseRoute(location.hash);
    location.hash = hrefOf(page, { ...choices, ...part });
  };
  return [route, change];
}
