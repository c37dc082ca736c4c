"""Forty texts that somebody might put where a name, a formula, a file name or a value is wanted, to see what pages make
of them. Whatever of them is run sets `window.hostile`; whatever of them becomes markup is an element `hostile`, or has
an attribute that no page uses."""

RUN = "window.hostile=1"

TEXTS = [
    f"<script>{RUN}</script>",
    f"\"><script>{RUN}</script>",
    f"'><script>{RUN}</script>",
    f"</script><script>{RUN}</script>",
    f"</textarea><script>{RUN}</script>",
    f"</title></style><script>{RUN}</script>",
    f"<img src=x onerror={RUN}>",
    f"<IMG SRC=x ONERROR=\"{RUN}\">",
    f"<svg onload={RUN}><hostile>",
    f"<svg><script>{RUN}</script></svg>",
    f"<iframe srcdoc='<script>parent.{RUN}</script>'></iframe>",
    "<iframe src='http://hostile.example/'></iframe>",
    f"<a href='javascript:{RUN}'>Quartz</a>",
    f"javascript:{RUN}",
    f"data:text/html,<script>{RUN}</script>",
    f"<details open ontoggle={RUN}>",
    f"<input autofocus onfocus={RUN}>",
    f"<video><source onerror={RUN}></video>",
    "<base href='http://hostile.example/'>",
    "<meta http-equiv=refresh content='0;url=http://hostile.example/'>",
    "<link rel=stylesheet href='http://hostile.example/x.css'>",
    "<style>*{display:none !important}</style>",
    "<form action='http://hostile.example/'><button>Log in</button></form>",
    f"<math><mi xlink:href='javascript:{RUN}'>x</mi></math>",
    "<!-- <hostile>",
    "]]><hostile></hostile>",
    "<hostile onclick=1>bold</hostile>",
    "&lt;b&gt; &amp;amp; &#60;hostile&#62;",
    "%3Cscript%3Ewindow.hostile=1%3C/script%3E",
    "\\u003cscript\\u003ewindow.hostile=1\\u003c/script\\u003e",
    "{{7*7}} {{constructor.constructor('window.hostile=1')()}}",
    "${7*7} ${window.hostile=1} #{7*7} <%= 7*7 %> {% raw %}",
    "'; DROP TABLE entries; -- \" OR 1=1",
    "../../../../etc/passwd",
    "__proto__ constructor toString",
    "\u202egpj.kcolb\u202c \u2066right\u2069 \u05d0\u05d1\u05d2 \u0627\u0644\u0639",
    "Z\u0334\u0321\u0322a\u0335\u0327l\u0336g\u0337o\u0338\u0328\u0329 \u200b\u200d\ufeff \U0001f469\u200d\U0001f52c",
    "a\tb  c\u2028d\u00a0e \"quoted\" 'single' `back` \\back",
    "x" * 400 + "<hostile>",
    ("<hostile>" + "A" * 91) * 1_000,
]

assert len(TEXTS) == 40 and len(TEXTS[-1]) == 100_000


def short():
    """Those that fit where lengths are limited to some hundred bytes."""
    return [text for text in TEXTS if len(text.encode()) < 200]


def file_names():
    """Those that can be names of files."""
    return [text.replace("/", "\u2215") for text in short() if text not in (".", "..")]
