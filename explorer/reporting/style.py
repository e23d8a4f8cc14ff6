"""How the page looks: on screens light and dark, and on paper. Nothing is loaded from elsewhere."""

STYLE = """
:root {
  color-scheme: light dark;
  --ground: #f6f7f9; --card: #ffffff; --text: #171b21; --soft: #566070; --line: #d9dee6; --accent: #0a6f80;
  --good: #1d7a45; --caution: #a84a00; --unknown: #6b5a9e; --own: #c2410c; --under: #0a6f80; --code: #eef1f5;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #12161c; --card: #1a2029; --text: #e3e8ee; --soft: #9aa6b5; --line: #303946; --accent: #5cc3d2;
    --good: #62c98d; --caution: #f0a35e; --unknown: #b6a6ea; --own: #ff9a5c; --under: #5cc3d2; --code: #232b36;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--ground); color: var(--text);
  font: 16px/1.55 Inter, "Segoe UI", system-ui, -apple-system, "Helvetica Neue", Arial, sans-serif;
}
main, header, footer { max-width: 66rem; margin: 0 auto; padding: 0 1.5rem; }
header { padding-top: 2.6rem; }
h1 { font-size: 2rem; line-height: 1.2; margin: 0 0 .3rem; overflow-wrap: anywhere; }
h2 { font-size: 1.45rem; margin: 2.8rem 0 .4rem; overflow-wrap: anywhere; }
h3 { font-size: 1.08rem; margin: 1.9rem 0 .5rem; }
p { margin: .5rem 0; }
.lead { color: var(--soft); margin-top: 0; overflow-wrap: anywhere; }
nav ul { display: flex; flex-wrap: wrap; gap: .3rem 1.2rem; padding: 0; margin: .8rem 0; list-style: none; }
a { color: var(--accent); }
.tiles { display: flex; flex-wrap: wrap; gap: .7rem; margin: 1.2rem 0; }
.tiles div {
  flex: 1 1 8.4rem;
  background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: .6rem .8rem;
}
.tiles dt { color: var(--soft); font-size: .8rem; }
.tiles dd { margin: 0; font-size: 1.12rem; font-weight: 600; overflow-wrap: anywhere; }
figure {
  margin: 1rem 0; background: var(--card); border: 1px solid var(--line); border-radius: .5rem; overflow: hidden;
}
figure img, figure svg { display: block; width: 100%; height: auto; }
figure svg { padding: .7rem .7rem 0; }
figcaption { color: var(--soft); font-size: .88rem; padding: .55rem .9rem .7rem; border-top: 1px solid var(--line); }
.pair { columns: 24rem 2; column-gap: 1rem; }
.pair figure { break-inside: avoid; margin: 0 0 1rem; }
.reading { columns: 26rem 2; column-gap: 1rem; }
.reading > section {
  break-inside: avoid; margin: 0 0 1rem; background: var(--card); border: 1px solid var(--line); border-radius: .5rem;
  padding: .9rem 1.1rem .7rem;
}
h4 { font-size: 1.05rem; margin: 0 0 .5rem; }
.reading ul { list-style: none; margin: 0; padding: 0; }
.reading li { margin: .55rem 0; padding-left: 1.55rem; text-indent: -1.55rem; }
.reading li > * { text-indent: 0; }
.mark { display: inline-block; width: 1.55rem; font-weight: 700; color: var(--soft); }
.good .mark { color: var(--good); }
.caution .mark { color: var(--caution); }
.unknown .mark { color: var(--unknown); }
.rule { color: var(--soft); font-size: .72rem; white-space: nowrap; }
.key { color: var(--soft); font-size: .85rem; }
.key .mark { width: auto; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.wide { overflow-x: auto; margin-top: 1.6rem; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--soft); font-size: .88rem; padding-bottom: .4rem; }
th, td { text-align: left; vertical-align: top; padding: .32rem .8rem .32rem 0; border-bottom: 1px solid var(--line); }
th { font-weight: 600; white-space: nowrap; }
tbody th { color: var(--soft); font-weight: 400; width: 14rem; }
td { overflow-wrap: anywhere; }
.wide td:first-child { white-space: nowrap; }
td.number, th.number { text-align: right; white-space: nowrap; }
code, pre { font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
pre {
  background: var(--code); border-radius: .4rem; padding: .8rem 1rem; font-size: .85rem; white-space: pre-wrap;
  overflow-wrap: anywhere;
}
footer { color: var(--soft); font-size: .85rem; padding-top: 2rem; padding-bottom: 2.5rem; }
.frame { stroke: var(--line); }
.tick { fill: var(--soft); }
.name { fill: var(--text); }
.own { stroke: var(--own); } .under { stroke: var(--under); } .away { stroke: var(--unknown); }
.own-dot { fill: var(--own); } .under-dot { fill: var(--under); } .away-dot { fill: var(--unknown); }
@page { margin: 14mm; }
@media print {
  :root {
    color-scheme: light;
    --ground: #ffffff; --card: #ffffff; --text: #000000; --soft: #444c58; --line: #c5ccd6; --accent: #0a5a68;
    --good: #1d7a45; --caution: #a84a00; --unknown: #5a4a8e; --own: #c2410c; --under: #0a6f80; --code: #f2f4f7;
  }
  body { font-size: 10pt; }
  main, header, footer { max-width: none; padding: 0; }
  figure, .tiles div, .reading li, tr { break-inside: avoid; }
  .reading { columns: 1; }
  .reading > section { break-inside: auto; }
  .pair { columns: 2; }
  h2, h3 { break-after: avoid; }
  .landscape + .landscape { break-before: page; }
}
"""
