'use strict';
const plots = {};
/** Each plot's place with the case and the metric that it shows. */
const places = [];

function figure(n) {
  if (n == null) return '–';
  if (n === 0) return '0';
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(n))));
  return n.toLocaleString('en-US', {minimumFractionDigits: digits, maximumFractionDigits: digits});
}

/** Short, because the numbers of an axis stand side by side. */
const tick = n => n.toLocaleString('en-US', n < 10_000 ? {} : {notation: 'compact'});

const advantage = a => a == null ? '' : `${figure(a.mean)}x (${figure(a.min)} to ${figure(a.max)})`;

function showMachine() {
  const {machine} = result;
  document.getElementById('verdict').append(
      `${result.startedAt.replace('T', ' ').replace('Z', ' UTC')}, ${count(result.seconds / 60)} minutes, Rockpool ${result.version}`);
  const load = n => n == null ? 'unknown' : n.toFixed(1);
  const rows = {
    processor: `${machine.cpu}, ${machine.processors} cores`, memory: machine.memoryGigabytes.toFixed(1) + ' GB', system: machine.os,
    Java: machine.java, 'load of the machine': `${load(machine.loadBefore)} before, ${load(machine.loadAfter)} at the end`,
    effort: `${result.effort}${result.quick ? ' (quick)' : ''}`, 'left out': result.leftOut.join(', ') || 'nobody',
  };
  const body = document.getElementById('machine').createTBody();
  for (const [name, value] of Object.entries(rows)) fillRow(body.insertRow(), [name, value]);
}

function showGoals() {
  const table = document.getElementById('goals');
  fillHead(table, ['case', 'goal', 'bound', 'reached', '']);
  const body = table.createTBody();
  for (const each of result.cases) {
    for (const goal of each.goals) {
      const row = body.insertRow();
      fillRow(row, [each.title, goal.text, goal.bound, figure(goal.figure)]);
      const [text, style] = goal.met == null ? ['not measured', 'warn'] : goal.met ? ['met', 'good'] : ['missed', 'bad'];
      row.append(element('td'));
      row.lastChild.append(element('span', text, 'badge ' + style));
    }
  }
}

function showCase(each) {
  const section = element('section', null, 'case');
  section.append(element('h2', each.title), element('div', each.setting));
  document.getElementById('cases').append(section);
  if (each.obstacle) {
    section.append(element('p', 'Not measured: ' + each.obstacle, 'note'));
    return;
  }
  const pair = element('div', null, 'pair');
  section.append(pair);
  for (const metric of each.metrics) {
    const box = element('div');
    const place = element('div', null, 'plot');
    place.id = `${each.key}-${metric.key}`;
    place.style.height = 60 + 24 * each.candidates.length + 'px';
    box.append(element('p', `${metric.title} (${metric.lessIsBetter ? 'less' : 'more'} is better)`, 'note'), place);
    pair.append(box);
    places.push({place, each, metric});
  }
  section.append(candidates(each));
  for (const candidate of each.candidates) {
    new Set(candidate.forks.map(fork => fork.failure).filter(Boolean))
        .forEach(reason => section.append(element('p', `${candidate.title}: ${reason}`, 'note missed')));
  }
  section.append(element('p', 'Does not hold: ' + each.caveat, 'note'));
}

function candidates(each) {
  const table = element('table', null, 'candidates');
  fillHead(table, ['', ...each.metrics.flatMap(metric => [metric.title, 'Rockpool is'])]);
  const body = table.createTBody();
  for (const candidate of each.candidates) {
    const row = body.insertRow();
    row.append(element('th', candidate.title));
    for (const metric of each.metrics) {
      const found = candidate.figures[metric.key];
      row.append(element('td', figure(found && found.mean)), element('td', advantage(found && found.advantage)));
    }
  }
  return table;
}

function showSettings() {
  const shown = new Map();
  for (const each of result.cases) {
    for (const candidate of each.candidates) {
      const settings = Object.entries(candidate.settings).map(([name, value]) => `${name}=${value}`).join(', ');
      if (!settings) continue;
      const key = candidate.title + '\n' + settings;
      shown.set(key, {...candidate, settings, cases: [...(shown.get(key) || {cases: []}).cases, each.key]});
    }
  }
  const table = document.getElementById('settings');
  fillHead(table, ['peer', 'settings', 'cases']);
  const body = table.createTBody();
  [...shown.values()].sort((a, b) => a.title.localeCompare(b.title))
      .forEach(peer => fillRow(body.insertRow(), [peer.title, peer.settings, peer.cases.join(', ')]));
}

/** One bar per candidate with its mean, a line from the lowest to the highest JVM, and a dot for each. */
function bars(theme, {each, metric}) {
  const {axis, option} = base(theme, '');
  const shown = each.candidates.filter(candidate => candidate.figures[metric.key]).reverse();
  const figures = shown.map(candidate => candidate.figures[metric.key]);
  const positive = figures.flatMap(f => f.forks).filter(n => n > 0);
  const wide = positive.length === figures.flatMap(f => f.forks).length && Math.max(...positive) > 30 * Math.min(...positive);
  const least = wide ? 10 ** Math.floor(Math.log10(Math.min(...positive)) - 0.01) : 0;
  return {
    ...option, legend: {show: false}, grid: {left: 200, right: 32, top: 8, bottom: 32},
    tooltip: {
      ...option.tooltip, axisPointer: {type: 'shadow'},
      formatter: items => `${shown[items[0].dataIndex].title}<br>${figure(figures[items[0].dataIndex].mean)} ` +
          `(${figure(figures[items[0].dataIndex].min)} to ${figure(figures[items[0].dataIndex].max)})`,
    },
    xAxis: {
      ...axis, type: wide ? 'log' : 'value', min: least, splitNumber: 4,
      axisLabel: {color: theme.faint, formatter: tick, hideOverlap: true},
    },
    yAxis: {
      ...axis, type: 'category', data: shown.map(row => row.title), splitLine: {show: false},
      axisLabel: {color: theme.ink, width: 190, overflow: 'break', fontSize: 11, lineHeight: 11, interval: 0},
    },
    series: [
      {
        type: 'bar', barWidth: 12, data: shown.map((candidate, i) => ({
          value: figures[i].mean, itemStyle: {color: candidate.peer === 'rockpool' ? COLORS.blue : COLORS.grey, opacity: 0.75},
        })),
        markLine: {
          silent: true, symbol: ['none', 'none'], label: {show: false}, lineStyle: {color: theme.ink, width: 1.5, type: 'solid'},
          data: figures.map((f, i) => [{coord: [f.min, i]}, {coord: [f.max, i]}]),
        },
      },
      {
        type: 'scatter', symbolSize: 5, color: theme.ink, silent: true,
        data: figures.flatMap((f, i) => f.forks.map(value => [value, i])),
      },
    ],
  };
}

function draw() {
  const theme = colours();
  for (const shown of places) {
    const id = shown.place.id;
    plots[id] = plots[id] || echarts.init(shown.place, null, {renderer: 'svg'});
    plots[id].setOption(bars(theme, shown), true);
  }
}

showMachine();
showGoals();
result.cases.forEach(showCase);
showSettings();
draw();
redrawWhenNeeded(draw, plots);
