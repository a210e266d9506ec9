import { render } from 'preact';
import './styles/tokens.css';
import './styles/base.css';
import './styles/shell.css';
import './styles/parts.css';
import './styles/city.css';
import './styles/series.css';
import './styles/print.css';
import { App } from './app.tsx';

render(<App />, document.getElementById('app')!);
