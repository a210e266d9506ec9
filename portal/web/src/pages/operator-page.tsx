/** The operators' console: its own part of the page, see `console/`. */
import { Console } from '../console/console.tsx';
import type { PageProps } from './page-props.ts';

export function OperatorPage({ route }: PageProps) {
  return <Console route={route} />;
}
