/** What the router gives every page. */
import type { Route } from '../route.ts';
import type { ChangeChoices } from '../use-route.ts';

/** Where the reader is, and how a page changes that. */
export interface PageProps {
  readonly route: Route;
  readonly change: ChangeChoices;
  /** True on a wall screen: large, and nobody there to click. */
  readonly isWall: boolean;
}
