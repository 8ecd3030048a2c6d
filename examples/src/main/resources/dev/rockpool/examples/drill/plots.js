'use strict';
const plots = {};

function line(name, color, points, more) {
  return {name, type: 'line', showSymbol: false, lineStyle: {width: 2}, color, data: points, ...more};
}

/** A plot over the time of the drill; kills are marked on it. */
function overTime(theme, series, unit, yAxis) {
  const {axis, option} = base(theme, unit);
  const kills = result.events.filter(event => event.kind === 'kill' || event.kind === 'interrupt');
  if (series.length && kills.length) {
    series[0].markLine = {
      symbol: 'none', silent: true, label: {show: false}, lineStyle: {color: COLORS.red, type: 'dashed', opacity: 0.7},
      data: kills.map(event => ({xAxis: event.at})),
    };
  }
  option.tooltip.axisPointer = {label: {formatter: ({value}) => Number(value).toFixed(1) + ' s'}};
  return {
    ...option, series,
    xAxis: {
      ...axis, type: 'value', name: 'seconds since the start', nameLocation: 'middle', nameGap: 26, min: 0,
      max: result.seconds, splitLine: {show: false}, axisLabel: {color: theme.faint, showMaxLabel: false},
    },
    yAxis: {...axis, type: 'value', min: 0, ...yAxis},
  };
}

const points = pick => result.series.map(sample => [sample.at, pick(sample)]);
const perSecond = pick => result.series.map((sample, i) => {
  const since = sample.at - (i ? result.series[i - 1].at : 0);
  return [sample.at, pick(sample) / Math.max(since, 0.001)];
});
const positive = pick => points(sample => pick(sample) > 0 ? pick(sample) : null);

const throughput = theme => overTime(theme, [
  line('operations per second', COLORS.blue, points(s => s.perSecond), {areaStyle: {opacity: 0.12}}),
], '/s', {axisLabel: {color: theme.faint, formatter: count}});

const wait = theme => overTime(theme, [
  line('p50', COLORS.teal, positive(s => s.waitP50)),
  line('p99', COLORS.orange, positive(s => s.waitP99)),
  line('max', COLORS.red, positive(s => s.waitMax), {lineStyle: {width: 1}}),
], 'ms', {type: 'log', min: null, axisLabel: {color: theme.faint, formatter: String}});

/** An area whose height is counted from zero, drawn behind those before it, while its tooltip shows its own share. */
const layer = (name, color, height, share) => line(name, color,
    result.series.map(sample => [sample.at, height(sample), share(sample)]),
    {step: 'end', lineStyle: {width: 0}, areaStyle: {opacity: 1}, encode: {x: 0, y: 1, tooltip: 2}});
const occupancy = theme => overTime(theme, [
  layer('idle', theme.idle, s => s.leased + s.idle, s => s.idle),
  layer('leased', theme.leased, s => s.leased, s => s.leased),
  line('sessions on the server', COLORS.orange, points(s => s.sessions), {step: 'end'}),
  line('limit', COLORS.grey, [[0, result.connections.limit], [result.seconds, result.connections.limit]],
      {lineStyle: {type: 'dashed', width: 1.5}}),
], '', {minInterval: 1});

const pending = theme => overTime(theme, [
  line('pending callers', COLORS.orange, points(s => s.pending), {areaStyle: {opacity: 0.12}}),
], '', {minInterval: 1});

const errors = theme => overTime(theme, [
  line('errors', COLORS.red, perSecond(s => s.errors), {step: 'end'}),
  line('timeouts', COLORS.orange, perSecond(s => s.timeouts), {step: 'end'}),
], '/s', {});

/** Percentiles on an axis of 1 / (1 - p): each further nine gets as much room as the one before it. */
function percentiles(theme) {
  const {axis, option} = base(theme, 'ms');
  const name = x => +(100 * (1 - 1 / x)).toPrecision(8) + ' %';
  const curve = (phase, color) => line(phase, color, result.latency[phase].curve
      .filter(([percentile, value]) => percentile < 100 && value > 0)
      .map(([percentile, value]) => [100 / (100 - percentile), value]));
  option.tooltip.axisPointer = {label: {formatter: ({value}) => name(Number(value))}};
  return {
    ...option,
    series: [curve('wait', COLORS.orange), curve('use', COLORS.teal), curve('total', COLORS.blue)],
    xAxis: {
      ...axis, type: 'log', min: 1, name: 'percentile', nameLocation: 'middle', nameGap: 26,
      axisLabel: {color: theme.faint, formatter: name},
    },
    yAxis: {...axis, type: 'log', axisLabel: {color: theme.faint, formatter: String}},
  };
}

function draw() {
  const theme = colours();
  for (const [id, option] of Object.entries({throughput, wait, occupancy, pending, percentiles, errors})) {
    const place = document.getElementById(id);
    if (!place.offsetParent) continue;
    plots[id] = plots[id] || echarts.init(place, null, {renderer: 'svg'});
    plots[id].setOption(option(theme), true);
  }
}

showVerdict();
showFigures();
showChecks();
showLatency();
showSettings();
showTroubles();
draw();
redrawWhenNeeded(draw, plots);
