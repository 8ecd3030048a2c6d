'use strict';
const result = JSON.parse(document.getElementById('data').textContent);
const dark = matchMedia('(prefers-color-scheme: dark)');
const COLORS = {blue: '#3b76e1', teal: '#18a08c', orange: '#e58a13', red: '#d64545', grey: '#9aa4b2'};

const count = n => Math.round(n).toLocaleString('en-US');
const millis = n => n >= 100 ? count(n) : n.toFixed(n < 1 ? 3 : n < 10 ? 2 : 1);

function element(name, text, className) {
  const made = document.createElement(name);
  if (text != null) made.textContent = text;
  if (className) made.className = className;
  return made;
}

function fillHead(table, names) {
  const row = table.createTHead().insertRow();
  names.forEach(name => row.append(element('th', name)));
}

/** A row of words: all of them aligned to the left. */
function fillRow(row, cells) {
  cells.forEach(cell => row.append(element('td', cell, 'text')));
}

/** The axes, legend and tooltip that all plots share, in the colours of the page. */
function base(theme, unit) {
  const axis = {
    axisLine: {lineStyle: {color: theme.line}}, axisTick: {show: false},
    axisLabel: {color: theme.faint}, splitLine: {lineStyle: {color: theme.line}},
    nameTextStyle: {color: theme.faint}, minorSplitLine: {show: false},
  };
  return {
    axis,
    option: {
      animation: false, backgroundColor: 'transparent', textStyle: {fontFamily: theme.font},
      grid: {left: 64, right: 32, top: 36, bottom: 48},
      legend: {top: 0, right: 24, icon: 'roundRect', itemWidth: 14, itemHeight: 4, textStyle: {color: theme.ink}},
      tooltip: {
        trigger: 'axis', backgroundColor: theme.card, borderColor: theme.line, textStyle: {color: theme.ink},
        valueFormatter: value => value == null ? '–' : unit === 'ms' ? millis(value) + ' ms' : count(value) + unit,
      },
    },
  };
}

/** The colours of the page as they are now: light or dark. */
function colours() {
  const style = getComputedStyle(document.documentElement);
  const theme = {font: getComputedStyle(document.body).fontFamily};
  for (const key of ['ink', 'faint', 'line', 'card', 'idle', 'leased']) theme[key] = style.getPropertyValue('--' + key).trim();
  return theme;
}

function redrawWhenNeeded(draw, plots) {
  dark.addEventListener('change', draw);
  addEventListener('resize', () => Object.values(plots).forEach(plot => plot.resize()));
}
