'use strict';
const seconds = n => n == null ? 'never' : n + ' s';

function showVerdict() {
  const [text, style] = result.interrupted ? ['interrupted', 'warn'] : result.passed ? ['passed', 'good'] : ['failed', 'bad'];
  const verdict = document.getElementById('verdict');
  verdict.append(element('span', text, 'badge ' + style));
  verdict.append(`${result.startedAt.replace('T', ' ').replace('Z', ' UTC')}, ${result.seconds.toFixed(1)} s, ` +
      `${result.environment.database}, Rockpool ${result.version}`);
}

function showFigures() {
  const {operations, connections, latency} = result;
  const figures = [
    [count(operations.perSecond), 'operations per second'],
    [count(operations.count), 'operations'],
    [millis(latency.wait.p99) + ' ms', 'wait, 99th percentile'],
    [count(operations.timeouts), 'timeouts'],
    [count(operations.errors), 'errors'],
    [count(connections.opened), `connections opened, at most ${connections.peak} of ${connections.limit} at a time`],
  ];
  if (connections.kills) figures.push([count(connections.killed), `sessions killed in ${connections.kills} kills`]);
  const place = document.getElementById('figures');
  for (const [number, name] of figures) {
    const figure = element('div');
    figure.append(element('b', number), element('span', name));
    place.append(figure);
  }
}

function showChecks() {
  const list = document.getElementById('checks');
  for (const check of result.checks) {
    const item = element('li');
    const text = element('div', check.name);
    text.append(element('small', check.detail));
    item.append(element('span', check.passed ? 'pass' : 'FAIL', 'badge ' + (check.passed ? 'good' : 'bad')), text);
    list.append(item);
  }
}

function showLatency() {
  const table = document.getElementById('latency');
  const columns = {mean: 'mean', p50: 'p50', p95: 'p95', p99: 'p99', p999: 'p99.9', max: 'max'};
  fillHead(table, ['', ...Object.values(columns)]);
  const body = table.createTBody();
  for (const phase of ['wait', 'use', 'total']) {
    const row = body.insertRow();
    row.append(element('th', phase));
    Object.keys(columns).forEach(key => row.append(element('td', millis(result.latency[phase][key]))));
  }
}

function showSettings() {
  const {settings, environment} = result;
  const rows = {
    mode: settings.mode, workload: settings.workload, 'pool size': settings.poolSize, callers: settings.callers,
    duration: seconds(settings.durationSeconds), 'acquire timeout': seconds(settings.acquireTimeoutSeconds),
    'sessions killed every': seconds(settings.killEverySeconds), database: environment.database,
    Java: environment.java, system: `${environment.os}, ${environment.processors} processors`,
  };
  const body = document.getElementById('settings').createTBody();
  for (const [name, value] of Object.entries(rows)) fillRow(body.insertRow(), [name, String(value)]);
}

function showTroubles() {
  const kinds = Object.entries(result.operations.errorKinds);
  if (!kinds.length && !result.operations.timeouts && !result.events.length) {
    document.getElementById('troubles').hidden = true;
    return;
  }
  const kindTable = document.getElementById('kinds');
  if (kinds.length) fillHead(kindTable, ['error', 'times']);
  const kindBody = kindTable.createTBody();
  for (const [kind, times] of kinds) {
    const row = kindBody.insertRow();
    row.append(element('td', kind), element('td', count(times)));
  }
  const eventBody = document.getElementById('events').createTBody();
  for (const event of result.events) fillRow(eventBody.insertRow(), [event.at.toFixed(1) + ' s', event.text]);
}
