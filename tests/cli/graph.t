Pictures of the graph.

  $ cp -r $FIXTURES/videos/. .
  $ mx graph render
  📊 Graph (snapshot: a13d9caf)
  ├── video/raw (project: videos) (v: b7e77421)
  │   └── 🔧 fields
  │       ├── audio (v: ba19712a)
  │       └── frames (v: 3bd57ad4)
  ├── video/crop (project: videos) (v: 2f8439b7)
  │   ├── 🔧 fields
  │   │   └── frames (v: d36f1337)
  │   └── ⬅️  depends on
  │       └── video/raw
  ├── video/loudness (project: videos) (v: 0cf44c8c)
  │   ├── 🔧 fields
  │   │   └── loudness (v: 91abc997)
  │   └── ⬅️  depends on
  │       └── video/raw
  └── report/all (project: videos) (v: da7344d9)
      ├── 🔧 fields
      │   └── default (v: 7160c3c5)
      └── ⬅️  depends on
          ├── video/loudness
          └── video/crop
  $ mx graph render --minimal
  📊 Graph
  ├── video/raw (project: videos)
  │   └── 🔧 fields
  │       ├── audio
  │       └── frames
  ├── video/crop (project: videos)
  │   ├── 🔧 fields
  │   │   └── frames
  │   └── ⬅️  depends on
  │       └── video/raw
  ├── video/loudness (project: videos)
  │   ├── 🔧 fields
  │   │   └── loudness
  │   └── ⬅️  depends on
  │       └── video/raw
  └── report/all (project: videos)
      ├── 🔧 fields
      │   └── default
      └── ⬅️  depends on
          ├── video/loudness
          └── video/crop
  $ mx graph render --verbose --no-show-fields
  📊 Graph (snapshot: a13d9caf5cadf9f73e9dc7e286750dbe)
  ├── video/raw (project: videos) (v: b7e77421f93e56617ae93d6822bdc310) (cv: 632800813a7d77c55ff78e610f062791)
  ├── video/crop (project: videos) (v: 2f8439b768ee05a9bce97d194602ce6f) (cv: 8acc3d0357d6a5cb7ef7df8171a46443)
  │   └── ⬅️  depends on
  │       └── video/raw
  ├── video/loudness (project: videos) (v: 0cf44c8c47c07b4bfd5d99e2df4fd363) (cv: 3721cc618a8c054f091b1b81c582f974)
  │   └── ⬅️  depends on
  │       └── video/raw
  └── report/all (project: videos) (v: da7344d96964b5da040bf2f4efbcb66f) (cv: 848ca0fd9ab8ad61664bca55ca811de9)
      └── ⬅️  depends on
          ├── video/loudness
          └── video/crop
  $ mx graph render --format mermaid --hash-length 4 --title 'a "b" #1'
  ---
  title: "a \"b\" #1"
  ---
  flowchart TB
      %% Snapshot version: a13d
      %%{init: {'flowchart': {'htmlLabels': true, 'curve': 'basis'}, 'themeVariables': {'fontSize': '14px'}}}%%
      video_raw["<div style='text-align:left'><b>video/raw</b><br/><small>(project: videos)</small><br/><small>(v: b7e7)</small><br/>---<br/>• audio <small>(v: ba19)</small><br/>• frames <small>(v: 3bd5)</small></div>"]
      video_crop["<div style='text-align:left'><b>video/crop</b><br/><small>(project: videos)</small><br/><small>(v: 2f84)</small><br/>---<br/>• frames <small>(v: d36f)</small></div>"]
      video_loudness["<div style='text-align:left'><b>video/loudness</b><br/><small>(project: videos)</small><br/><small>(v: 0cf4)</small><br/>---<br/>• loudness <small>(v: 91ab)</small></div>"]
      report_all["<div style='text-align:left'><b>report/all</b><br/><small>(project: videos)</small><br/><small>(v: da73)</small><br/>---<br/>• default <small>(v: 7160)</small></div>"]
      video_raw --> video_crop
      video_raw --> video_loudness
      video_loudness --> report_all
      video_crop --> report_all
  $ mx graph render --format graphviz --no-show-field-versions --direction LR
  strict digraph {
    rankdir=LR;
    label="Feature Graph (snapshot: a13d9caf)";
    labelloc=t;
    fontsize=14;
    fontname=helvetica;
    node [shape=plain, fontname=helvetica, fontsize=11];
    edge [color="#7a8ca0"];
    "video/raw" [label=<<TABLE BORDER="0" CELLBORDER="1" CELLSPACING="0" CELLPADDING="5" COLOR="#7a8ca0"><TR><TD BGCOLOR="#d8ead2"><B>video/raw</B><BR/><FONT POINT-SIZE="9" COLOR="#666666">videos  v: b7e77421</FONT></TD></TR><TR><TD ALIGN="LEFT">audio</TD></TR><TR><TD ALIGN="LEFT">frames</TD></TR></TABLE>>];
    "video/crop" [label=<<TABLE BORDER="0" CELLBORDER="1" CELLSPACING="0" CELLPADDING="5" COLOR="#7a8ca0"><TR><TD BGCOLOR="#dbe7f5"><B>video/crop</B><BR/><FONT POINT-SIZE="9" COLOR="#666666">videos  v: 2f8439b7</FONT></TD></TR><TR><TD ALIGN="LEFT">frames</TD></TR></TABLE>>];
    "video/loudness" [label=<<TABLE BORDER="0" CELLBORDER="1" CELLSPACING="0" CELLPADDING="5" COLOR="#7a8ca0"><TR><TD BGCOLOR="#dbe7f5"><B>video/loudness</B><BR/><FONT POINT-SIZE="9" COLOR="#666666">videos  v: 0cf44c8c</FONT></TD></TR><TR><TD ALIGN="LEFT">loudness</TD></TR></TABLE>>];
    "report/all" [label=<<TABLE BORDER="0" CELLBORDER="1" CELLSPACING="0" CELLPADDING="5" COLOR="#7a8ca0"><TR><TD BGCOLOR="#dbe7f5"><B>report/all</B><BR/><FONT POINT-SIZE="9" COLOR="#666666">videos  v: da7344d9</FONT></TD></TR><TR><TD ALIGN="LEFT">default</TD></TR></TABLE>>];
    "video/raw" -> "video/crop";
    "video/raw" -> "video/loudness";
    "video/loudness" -> "report/all";
    "video/crop" -> "report/all";
  }

Around one feature.

  $ mx graph render --minimal --no-show-fields --feature video/crop --up 0
  📊 Graph
  ├── video/crop (project: videos)
  │   └── ⬅️  depends on
  │       └── video/raw
  └── report/all (project: videos)
      └── ⬅️  depends on
          ├── video/loudness
          └── video/crop
  $ mx graph render --minimal --no-show-fields --feature video__crop --up 1 --down 0
  📊 Graph
  ├── video/raw (project: videos)
  └── video/crop (project: videos)
      └── ⬅️  depends on
          └── video/raw
  $ mx graph render --minimal --no-show-fields --feature video/corp
  ! error: there is no feature video/corp
  ! hint: did you mean `video/crop`?
  [1]

Files, by their ending.

  $ mx graph render -o graph.mmd && head -4 graph.mmd
  ---
  title: "Feature Graph"
  ---
  flowchart TB
  ! wrote `graph.mmd`
  $ mx graph render -o graph.svg && grep -c '<polygon' graph.svg && grep -o '>video/raw<' graph.svg
  18
  >video/raw<
  >video/raw<
  ! wrote `graph.svg`
  $ mx graph render -q -o graph.png && head -c 4 graph.png | tail -c 3
  PNG
  $ mx graph render -o nowhere/graph.svg
  ! error: cannot write `nowhere/graph.svg`: No such file or directory
  ! hint: the folder `nowhere` does not exist
  [1]
  $ mx graph render --format svg > all.svg && tail -1 all.svg
  </svg>
  $ PATH=$(dirname $(command -v mx)) mx graph render -o graph.svg
  ! error: cannot start Graphviz' program `dot`: No such file or directory
  ! hint: install graphviz, or use --format graphviz and draw elsewhere
  [1]
  $ ls
  all.svg
  features
  graph.mmd
  graph.png
  graph.svg
  metaxy.toml
  raw.jsonl
