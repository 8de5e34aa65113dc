Features that are declared in Python, where this program has none beside it.

  $ printf 'project = "p"\nentrypoints = ["media.features"]\n' > metaxy.toml
  $ mx list features
  ! error: the setting entrypoints declares features in Python, and no Python lies beside this program
  ! hint: use the `mx` of the Python environment that has the project (`pip install metaxy` there), or name its interpreter with METAXY_PYTHON
  [1]
  $ mx status --format json
  {"error":"not_found","message":"the setting entrypoints declares features in Python, and no Python lies beside this program","hint":"use the `mx` of the Python environment that has the project (`pip install metaxy` there), or name its interpreter with METAXY_PYTHON","notes":[],"faults":[]}
  [1]
  $ METAXY_PYTHON=$PWD/none mx lint
  ! error: there is no Python `$TMP/none`
  ! hint: METAXY_PYTHON names it
  [1]

An interpreter that has no metaxy, and one that ends early.

  $ printf '#!/bin/sh\nexec /usr/bin/env python3 -I -S "$@"\n' > bare && printf '#!/bin/sh\nexit 7\n' > broken && chmod +x bare broken
  $ METAXY_PYTHON=./bare mx lint
  ! error: `./bare` cannot import metaxy: No module named 'metaxy'
  ! hint: install this version there: ./bare -m pip install metaxy
  [1]
  $ METAXY_PYTHON=./broken mx list features
  ! error: `./broken` ended with exit code 7 while it loaded features
  ! hint: import the modules that declare features in that Python to see why
  [1]

What else declares features in Python; lists of nothing do not.

  $ rm metaxy.toml && METAXY_ENTRYPOINT_2=media mx list features
  ! error: the variable METAXY_ENTRYPOINT_2 declares features in Python, and no Python lies beside this program
  ! hint: use the `mx` of the Python environment that has the project (`pip install metaxy` there), or name its interpreter with METAXY_PYTHON
  [1]
  $ METAXY_ENTRYPOINTS=media mx list features 2>&1 | head -1
  error: the setting entrypoints declares features in Python, and no Python lies beside this program
  $ mkdir -p env/bin env/lib/python3.11/site-packages/media-1.0.dist-info && ln -s ../../broken env/bin/python
  $ printf '[console_scripts]\nx = y\n[metaxy.project]\n' > env/lib/python3.11/site-packages/media-1.0.dist-info/entry_points.txt
  $ printf 'project = "p"\n' > metaxy.toml && METAXY_ENTRYPOINT=' , ' METAXY_PYTHON=env/bin/python mx lint
  ! 0 features, 0 warnings
  $ printf '# ours\nmedia = media.features\n' >> env/lib/python3.11/site-packages/media-1.0.dist-info/entry_points.txt
  $ METAXY_PYTHON=env/bin/python mx lint
  fault    `env/bin/python` ended with exit code 7 while it loaded features
           hint: import the modules that declare features in that Python to see why
  ! 1 fault
  [1]

Configuration and stores need no features.

  $ METAXY_ENTRYPOINTS=media mx config print
  project = "p"
  store = "dev"
  entrypoints = ["media"]
  
  [stores]
