(function () {
  'use strict';
  var data = JSON.parse(document.getElementById('data').textContent);
  var PARTS = ['inference', 'idle', 'support', 'retry'];
  var charts = [];
  var colour = {};

  function readColours() {
    var style = getComputedStyle(document.documentElement);
    ['paper', 'ink', 'soft', 'line', 'grid', 'blue', 'sky', 'green', 'red', 'purple', 'orange', 'grey'].forEach(function (name) {
      colour[name] = style.getPropertyValue('--' + name).trim();
    });
    Chart.defaults.color = colour.soft;
    Chart.defaults.borderColor = colour.grid;
    Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
    Chart.defaults.font.size = 12;
  }

  /* numbers */

  function grouped(value, decimals) {
    return value.toLocaleString('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
  }

  function signed(value, text) {
    return (value < 0 ? '\u2212' : '') + text;
  }

  function money(value) {
    var size = Math.abs(value);
    if (size === 0) { return data.symbol + '0'; }
    var decimals = Math.min(14, Math.max(0, 3 - Math.floor(Math.log10(size))));
    var text = grouped(size, decimals);
    if (decimals > 2) { text = text.replace(/0+$/, '').replace(/\.$/, '').replace(/(\.[0-9])$/, '$10'); }
    return signed(value, data.symbol + text);
  }

  function decimalsOf(ticks) {
    var step = ticks.length > 1 ? Math.abs(ticks[1].value - ticks[0].value) : Math.abs(ticks[0].value) || 1;
    var decimals = 0;
    while (decimals < 14 && Math.abs(step * Math.pow(10, decimals) - Math.round(step * Math.pow(10, decimals))) > 1e-6) { decimals++; }
    return decimals;
  }

  function moneyTick(value, index, ticks) {
    return signed(value, data.symbol + grouped(Math.abs(value), decimalsOf(ticks)));
  }

  function percentTick(value, index, ticks) {
    return signed(value, grouped(Math.abs(value), decimalsOf(ticks)) + '\u00a0%');
  }

  function shorter(text, most) {
    return text.length > most ? text.slice(0, most - 1) + '\u2026' : text;
  }

  function ratio(parts, wholes) {
    return parts.map(function (part, i) { return wholes[i] > 0 ? part / wholes[i] : null; });
  }

  /* fills that differ without colour too */

  function pattern(context, name, kind) {
    if (!kind) { return colour[name]; }
    var tile = document.createElement('canvas');
    tile.width = tile.height = 8;
    var pen = tile.getContext('2d');
    pen.fillStyle = colour[name];
    pen.fillRect(0, 0, 8, 8);
    pen.strokeStyle = pen.fillStyle = colour.paper;
    pen.lineWidth = 1.6;
    pen.beginPath();
    if (kind === 'rising') {
      pen.moveTo(-2, 6); pen.lineTo(6, -2); pen.moveTo(2, 10); pen.lineTo(10, 2);
    } else if (kind === 'falling') {
      pen.moveTo(-2, 2); pen.lineTo(6, 10); pen.moveTo(2, -2); pen.lineTo(10, 6);
    } else {
      pen.arc(2, 2, 1.3, 0, 7); pen.moveTo(7.3, 6); pen.arc(6, 6, 1.3, 0, 7);
      pen.fill();
    }
    if (kind !== 'dotted') { pen.stroke(); }
    return context.createPattern(tile, 'repeat');
  }

  /* what is drawn beside data */

  var eventLines = {
    id: 'eventLines',
    afterDatasetsDraw: function (chart) {
      if (!chart.options.plugins.eventLines) { return; }
      var pen = chart.ctx, area = chart.chartArea, x = chart.scales.x;
      var half = x.getPixelForValue(1) - x.getPixelForValue(0);
      data.events.forEach(function (slot, i) {
        var at = Math.round(x.getPixelForValue(slot) - (isFinite(half) ? half / 2 : 0)) + 0.5;
        pen.save();
        pen.strokeStyle = colour.soft;
        pen.lineWidth = 1;
        pen.setLineDash([2, 3]);
        pen.beginPath(); pen.moveTo(at, area.top); pen.lineTo(at, area.bottom); pen.stroke();
        pen.fillStyle = colour.soft;
        pen.font = '600 11px ' + Chart.defaults.font.family;
        pen.textAlign = 'center';
        pen.fillText(String.fromCharCode(65 + i), at, area.top - 5);
        pen.restore();
      });
    }
  };

  var allowanceLine = {
    id: 'allowanceLine',
    afterDatasetsDraw: function (chart) {
      var line = chart.options.plugins.allowanceLine;
      if (!line) { return; }
      line.buckets.forEach(function (bucket, i) {
        if (bucket.from > 0 && line.at >= bucket.from && line.at < bucket.to) {
          var x = chart.scales.x, pen = chart.ctx, area = chart.chartArea;
          var width = area.width / line.buckets.length;
          var share = Math.log(line.at / bucket.from) / Math.log(bucket.to / bucket.from);
          var at = x.getPixelForValue(i) + (share - 0.5) * width;
          pen.save();
          pen.strokeStyle = pen.fillStyle = colour.ink;
          pen.lineWidth = 1.5;
          pen.setLineDash([6, 4]);
          pen.beginPath(); pen.moveTo(at, area.top); pen.lineTo(at, area.bottom); pen.stroke();
          pen.font = '12px ' + Chart.defaults.font.family;
          pen.textAlign = at > (area.left + area.right) / 2 ? 'right' : 'left';
          pen.fillText('allowance ' + money(line.at), at + (pen.textAlign === 'right' ? -6 : 6), area.top + 11);
          pen.restore();
        }
      });
    }
  };

  var stepLabels = {
    id: 'stepLabels',
    afterDatasetsDraw: function (chart) {
      var steps = chart.options.plugins.stepLabels;
      if (!steps) { return; }
      var pen = chart.ctx, x = chart.scales.x, y = chart.scales.y;
      pen.save();
      pen.font = '12px ' + Chart.defaults.font.family;
      pen.textBaseline = 'middle';
      steps.forEach(function (step, i) {
        var at = y.getPixelForValue(i), right = Math.max(step.from, step.to), left = Math.min(step.from, step.to);
        if (step.upper !== null) {
          pen.strokeStyle = colour.ink;
          pen.lineWidth = 1.2;
          var low = x.getPixelForValue(step.from + step.lower), high = x.getPixelForValue(step.from + step.upper);
          pen.beginPath();
          pen.moveTo(low, at); pen.lineTo(high, at);
          pen.moveTo(low, at - 4); pen.lineTo(low, at + 4);
          pen.moveTo(high, at - 4); pen.lineTo(high, at + 4);
          pen.stroke();
          right = Math.max(right, step.from + step.upper, step.from + step.lower);
          left = Math.min(left, step.from + step.lower, step.from + step.upper);
        }
        pen.fillStyle = colour.ink;
        var place = x.getPixelForValue(right) + (step.total ? 10 : 7);
        pen.textAlign = 'left';
        if (place + pen.measureText(step.text).width > chart.chartArea.right) {
          place = x.getPixelForValue(left) - (step.total ? 10 : 7);
          pen.textAlign = 'right';
        }
        pen.fillText(step.text, place, at);
      });
      pen.restore();
    }
  };

  /* how a chart is set up */

  function legend(shown) {
    return {
      display: shown, position: 'bottom', align: 'start',
      labels: {
        boxWidth: 14, boxHeight: 10, padding: 12, color: colour.ink, usePointStyle: true, pointStyleWidth: 22,
        generateLabels: function (chart) {
          return Chart.defaults.plugins.legend.labels.generateLabels(chart).map(function (label) {
            var dataset = chart.data.datasets[label.datasetIndex];
            label.pointStyle = dataset.type === 'line' ? 'line' : 'rect';
            label.lineDash = dataset.borderDash || [];
            label.lineWidth = dataset.borderWidth;
            return label;
          });
        }
      }
    };
  }

  /* days are named at midnight */
  function midnightsOnly(axis) {
    var days = axis.ticks.filter(function (tick) { return / 00:00$/.test(data.slots[tick.value]); });
    if (days.length > 2) { axis.ticks = days; }
  }

  function timeAxis(stacked) {
    return {
      stacked: stacked, afterBuildTicks: midnightsOnly, grid: { display: false }, border: { color: colour.line },
      ticks: {
        maxRotation: 0, autoSkip: true, autoSkipPadding: 16,
        callback: function (value, index, ticks) {
          var label = this.getLabelForValue(value);
          return ticks.length < data.slots.length ? label.replace(' 00:00', '') : label;
        }
      }
    };
  }

  function valueAxis(tick, stacked) {
    return {
      stacked: stacked, beginAtZero: true, grace: '6%', grid: { color: colour.grid }, border: { display: false },
      ticks: { callback: tick, maxTicksLimit: 6 }
    };
  }

  function overTime(datasets, tick, said, stacked) {
    return {
      data: { labels: data.slots, datasets: datasets },
      options: {
        layout: { padding: { top: data.events.length ? 16 : 2 } },
        scales: { x: timeAxis(stacked), y: valueAxis(tick, stacked) },
        interaction: { mode: 'index', intersect: false },
        plugins: {
          legend: legend(datasets.length > 1),
          eventLines: {},
          tooltip: { callbacks: { label: function (item) { return item.dataset.label + ': ' + said(item.parsed.y); } } }
        }
      }
    };
  }

  function line(label, values, name, feature) {
    var few = feature.delivered.map(function (count) { return count < feature.few; });
    return {
      type: 'line', label: label, data: values, borderColor: colour[name], borderWidth: 2,
      pointRadius: data.slots.length > 60 ? 2 : 3, pointHoverRadius: 5, pointBorderWidth: 1.5,
      pointBorderColor: colour[name], spanGaps: false,
      pointBackgroundColor: few.map(function (thin) { return thin ? colour.paper : colour[name]; }),
      backgroundColor: colour[name]
    };
  }

  function dashed(label, values) {
    return {
      type: 'line', label: label, data: values, borderColor: colour.ink, borderWidth: 1.5, borderDash: [6, 4],
      pointRadius: 0, pointHoverRadius: 0, spanGaps: true, backgroundColor: 'transparent'
    };
  }

  function some(values) {
    return values.some(function (value) { return value !== null && value !== 0; });
  }

  function bars(context, label, values, name, kind) {
    return {
      type: 'bar', label: label, data: values, backgroundColor: pattern(context, name, kind),
      categoryPercentage: 1, barPercentage: data.slots.length > 60 ? 0.9 : 0.82, borderWidth: 0
    };
  }

  function hundreds(ratios) {
    return ratios.map(function (value) { return value === null ? null : 100 * (1 - value); });
  }

  var kinds = {
    margin: function (context, feature) {
      var datasets = [line('margin', hundreds(ratio(feature.cost, feature.revenue)), 'blue', feature)];
      if (some(feature.allowance)) {
        var objective = hundreds(ratio(feature.allowance, feature.revenue));
        datasets.push(dashed('objective', objective));
      }
      var config = overTime(datasets, percentTick, function (value) { return grouped(value, 2) + ' %'; }, false);
      config.options.scales.y.beginAtZero = false;
      config.options.scales.y.grace = '12%';
      return config;
    },
    cost: function (context, feature) {
      var datasets = [line('cost per delivered request', ratio(feature.cost, feature.delivered), 'blue', feature)];
      if (some(feature.allowance)) { datasets.push(dashed('allowance', ratio(feature.allowance, feature.allowed))); }
      return overTime(datasets, moneyTick, money, false);
    },
    parts: function (context, feature) {
      var looks = { inference: ['blue', ''], idle: ['sky', 'rising'], support: ['green', ''], retry: ['red', 'falling'] };
      var used = PARTS.filter(function (part) { return some(feature[part]); });
      return overTime(used.map(function (part) {
        return bars(context, part, feature[part], looks[part][0], looks[part][1]);
      }), moneyTick, money, true);
    },
    tokens: function (context, feature) {
      var looks = {
        'fresh input': ['blue', ''], 'cached input': ['sky', 'rising'], 'cache write': ['purple', 'dotted'],
        'output': ['orange', ''], 'reasoning': ['red', 'falling']
      };
      var used = Object.keys(feature.tokens).filter(function (name) { return some(feature.tokens[name]); });
      return overTime(used.map(function (name) {
        return bars(context, name, ratio(feature.tokens[name], feature.delivered), looks[name][0], looks[name][1]);
      }), function (value) { return grouped(value, 0); }, function (value) { return grouped(value, 1); }, true);
    },
    spread: function (context, feature) {
      var config = overTime([bars(context, 'requests', feature.buckets.map(function (bucket) { return bucket.count; }), 'blue', '')],
        function (value) { return value % 1 ? '' : grouped(value, 0); }, function (value) { return grouped(value, 0); }, false);
      config.data.datasets[0].barPercentage = 0.96;
      delete config.options.scales.x.afterBuildTicks;
      delete config.options.scales.x.ticks.callback;
      config.data.labels = feature.buckets.map(function (bucket) {
        return bucket.to === 0 ? 'nothing' : money(bucket.from);
      });
      config.options.layout.padding.top = 2;
      config.options.plugins.eventLines = false;
      config.options.plugins.allowanceLine = feature.allowanceEach === null
        ? false : { at: feature.allowanceEach, buckets: feature.buckets };
      config.options.plugins.tooltip.callbacks.title = function (items) {
        var bucket = feature.buckets[items[0].dataIndex];
        return bucket.to === 0 ? 'nothing' : money(bucket.from) + ' to ' + money(bucket.to);
      };
      return config;
    },
    models: function (context, feature) {
      var config = {
        rows: Math.max(2, feature.models.length),
        data: {
          labels: feature.models.map(function (model) {
            return shorter(model.name, 30) + (model.unpriced === 0 ? '' : model.cost === 0 ? ' (no price)' : ' (at least)');
          }),
          datasets: [bars(context, 'cost', feature.models.map(function (model) { return model.cost; }), 'blue', '')]
        },
        options: {
          indexAxis: 'y',
          scales: {
            x: valueAxis(moneyTick, false),
            y: { grid: { display: false }, border: { color: colour.line }, ticks: { color: colour.ink } }
          },
          plugins: {
            legend: legend(false),
            tooltip: { callbacks: { label: function (item) { return money(item.parsed.x); } } }
          }
        }
      };
      config.data.datasets[0].maxBarThickness = 26;
      config.data.datasets[0].categoryPercentage = 0.8;
      return config;
    },
    change: function () {
      var change = data.change, level = change.before;
      var rows = [{ label: 'before', from: level, to: level, text: money(level), total: true, lower: null, upper: null }];
      change.steps.forEach(function (step) {
        rows.push({
          label: step.label, from: level, to: level + step.amount, lower: step.lower, upper: step.upper,
          text: (step.amount > 0 ? '+' : '') + money(step.amount), rest: step.lower === null
        });
        level += step.amount;
      });
      rows.push({ label: 'after', from: change.after, to: change.after, text: money(change.after), total: true, lower: null, upper: null });
      return {
        rows: rows.length,
        data: {
          labels: rows.map(function (row) { return row.label; }),
          datasets: [{
            type: 'bar', label: 'change',
            data: rows.map(function (row) { return row.total ? null : [row.from, row.to]; }),
            backgroundColor: rows.map(function (row) { return row.rest ? colour.grey : row.to > row.from ? colour.red : colour.blue; }),
            borderSkipped: false, maxBarThickness: 20, categoryPercentage: 0.9, barPercentage: 0.85
          }, {
            type: 'line', label: 'level', showLine: false, pointStyle: 'rectRot', pointRadius: 7, pointHoverRadius: 7,
            data: rows.map(function (row) { return row.total ? row.to : null; }),
            backgroundColor: colour.ink, borderColor: colour.ink
          }]
        },
        options: {
          indexAxis: 'y',
          layout: { padding: { right: 10 } },
          scales: {
            x: { grace: '18%', beginAtZero: false, grid: { color: colour.grid }, border: { display: false }, ticks: { callback: moneyTick, maxTicksLimit: 7 } },
            y: { grid: { display: false }, border: { color: colour.line }, ticks: { color: colour.ink, autoSkip: false } }
          },
          plugins: { legend: legend(false), tooltip: { enabled: false }, stepLabels: rows }
        }
      };
    }
  };

  /* all of them */

  function draw() {
    charts.forEach(function (chart) { chart.destroy(); });
    charts = [];
    readColours();
    document.querySelectorAll('canvas[data-chart]').forEach(function (canvas) {
      var config = kinds[canvas.dataset.chart](canvas.getContext('2d'), data.features[Number(canvas.dataset.feature)]);
      if (config.rows) { canvas.parentNode.style.height = 44 + 30 * config.rows + 'px'; }
      config.type = 'bar';
      config.options.animation = false;
      config.options.responsive = true;
      config.options.maintainAspectRatio = false;
      config.plugins = [eventLines, allowanceLine, stepLabels];
      charts.push(new Chart(canvas, config));
    });
  }

  draw();
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
  window.addEventListener('beforeprint', function () { document.documentElement.dataset.print = ''; draw(); });
  window.addEventListener('afterprint', function () { delete document.documentElement.dataset.print; draw(); });
})();
