/* Scores of probability forecasts, as the course's model computes them: Brier, its parts, calibration, skill. */
(function () {
  "use strict";

  var Z = 1.959963984540054; /* of a 95% interval */

  function mean(values) { return values.reduce(function (sum, value) { return sum + value; }, 0) / values.length; }

  function brier(p, o) { return mean(p.map(function (value, i) { return (value - o[i]) * (value - o[i]); })); }

  /* The bin of a probability: an edge belongs to the higher bin, 1 to the last. */
  function bin(value, edges) {
    var found = 0;
    for (var k = 1; k < edges.length - 1; k += 1) { if (value + 1e-12 >= edges[k]) { found = k; } }
    return found;
  }

  function group(p, o, edges) {
    var groups = {};
    p.forEach(function (value, i) {
      var k = bin(value, edges);
      groups[k] = groups[k] || { p: [], o: [] };
      groups[k].p.push(value);
      groups[k].o.push(o[i]);
    });
    return Object.keys(groups).map(Number).sort(function (a, b) { return a - b; }).map(function (k) {
      return { low: edges[k], high: edges[k + 1], p: groups[k].p, o: groups[k].o };
    });
  }

  /* brier = reliability - resolution + uncertainty + variance - covariance */
  function decompose(p, o, edges) {
    var all = mean(o), n = p.length;
    var parts = { brier: brier(p, o), reliability: 0, resolution: 0, uncertainty: all * (1 - all), variance: 0, covariance: 0 };
    group(p, o, edges).forEach(function (one) {
      var said = mean(one.p), came = mean(one.o);
      one.p.forEach(function (value, i) {
        parts.reliability += (said - came) * (said - came) / n;
        parts.resolution += (came - all) * (came - all) / n;
        parts.variance += (value - said) * (value - said) / n;
        parts.covariance += 2 * (value - said) * (one.o[i] - came) / n;
      });
    });
    return parts;
  }

  /* Wilson's interval of k in n. */
  function interval(k, n) {
    var share = k / n, z2 = Z * Z / n, middle = (share + z2 / 2) / (1 + z2);
    var half = Z / (1 + z2) * Math.sqrt(share * (1 - share) / n + z2 / (4 * n));
    return [k === 0 ? 0 : middle - half, k === n ? 1 : middle + half];
  }

  function calibration(p, o, edges) {
    return group(p, o, edges).map(function (one) {
      var yes = one.o.reduce(function (sum, value) { return sum + value; }, 0), limits = interval(yes, one.p.length);
      return { low: one.low, high: one.high, n: one.p.length, mean: mean(one.p), yes: yes, share: yes / one.p.length, share_low: limits[0], share_high: limits[1] };
    });
  }

  /* The share of the reference's score that was saved; null where the reference is perfect. */
  function skill(score, reference) { return reference === 0 ? null : 1 - score / reference; }

  window.courseScoring = { brier: brier, decompose: decompose, calibration: calibration, skill: skill, mean: mean };
})();
