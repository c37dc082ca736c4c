// Written by Scripts/embed-pages.sh: run it after every change below Web/.
#include "CWebPages.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

// 3cada2834b10ead3bc9e5f4913d1cef8
static const unsigned char file_0[] = {
#embed "../../Web/app.js"
};

// c0184e6a396ee38004ddc32849bd6cd0
static const unsigned char file_1[] = {
#embed "../../Web/core/address.js"
};

// c19b049e04847d0f2ca08b8fb9c11e02
static const unsigned char file_2[] = {
#embed "../../Web/core/dom.js"
};

// 0a9db075ee1bfae5ccf13571e321f909
static const unsigned char file_3[] = {
#embed "../../Web/core/format.js"
};

// d723bd4da50e667a8e256bea9e6dd688
static const unsigned char file_4[] = {
#embed "../../Web/core/http.js"
};

// 35050a3fe49a8353f7a10e97b241236d
static const unsigned char file_5[] = {
#embed "../../Web/core/notice.js"
};

// b22f842971f36dd9f354f410a7638a1b
static const unsigned char file_6[] = {
#embed "../../Web/core/properties.js"
};

// f8582ac6899addf160cae60dc6dd5876
static const unsigned char file_7[] = {
#embed "../../Web/core/recipes.js"
};

// 901579a558659d423c3cb0dcfc0b1d9d
static const unsigned char file_8[] = {
#embed "../../Web/core/session-token.js"
};

// 7eb5e174a2a5f2c742a771b1952e984d
static const unsigned char file_9[] = {
#embed "../../Web/core/session.js"
};

// 9265921160e3a477f80654fc817e0fcd
static const unsigned char file_10[] = {
#embed "../../Web/core/style.js"
};

// 6d3aa55c4b7ce2c5f01d2a28a9f4813a
static const unsigned char file_11[] = {
#embed "../../Web/core/table.js"
};

// 303d05d20a41739cc504e8501decad95
static const unsigned char file_12[] = {
#embed "../../Web/icon.svg"
};

// ab17682ea0e6ac20e14dbf78bee6c29a
static const unsigned char file_13[] = {
#embed "../../Web/page.html"
};

// 3501760956dd495f58e27b14e7c8f2fa
static const unsigned char file_14[] = {
#embed "../../Web/pages/entry.js"
};

// be62d7ef66a04e9ed84cc8f4b36f00ad
static const unsigned char file_15[] = {
#embed "../../Web/pages/explore.js"
};

// e9f0c609e1f3e20f4031f16baa96cbc5
static const unsigned char file_16[] = {
#embed "../../Web/pages/federated.js"
};

// a83fa26b08437f98b121899b488a30c2
static const unsigned char file_17[] = {
#embed "../../Web/pages/graph.js"
};

// 78cf26375dc22c84a54374505d330fe8
static const unsigned char file_18[] = {
#embed "../../Web/pages/my-data.js"
};

// db4b0fee9192dff0c50f60e8d077d501
static const unsigned char file_19[] = {
#embed "../../Web/pages/reference.js"
};

// 5ee712de51b4411a76ac439ad397640e
static const unsigned char file_20[] = {
#embed "../../Web/pages/start.js"
};

// 2e5b8794971d1daa0c47ae4fdf8c0c06
static const unsigned char file_21[] = {
#embed "../../Web/pages/status.js"
};

// df87e256b5f63e9431b90b72bd0828a2
static const unsigned char file_22[] = {
#embed "../../Web/style.css"
};

static const rutile_web_file files[] = {
    {"app.js", file_0, sizeof(file_0)},
    {"core/address.js", file_1, sizeof(file_1)},
    {"core/dom.js", file_2, sizeof(file_2)},
    {"core/format.js", file_3, sizeof(file_3)},
    {"core/http.js", file_4, sizeof(file_4)},
    {"core/notice.js", file_5, sizeof(file_5)},
    {"core/properties.js", file_6, sizeof(file_6)},
    {"core/recipes.js", file_7, sizeof(file_7)},
    {"core/session-token.js", file_8, sizeof(file_8)},
    {"core/session.js", file_9, sizeof(file_9)},
    {"core/style.js", file_10, sizeof(file_10)},
    {"core/table.js", file_11, sizeof(file_11)},
    {"icon.svg", file_12, sizeof(file_12)},
    {"page.html", file_13, sizeof(file_13)},
    {"pages/entry.js", file_14, sizeof(file_14)},
    {"pages/explore.js", file_15, sizeof(file_15)},
    {"pages/federated.js", file_16, sizeof(file_16)},
    {"pages/graph.js", file_17, sizeof(file_17)},
    {"pages/my-data.js", file_18, sizeof(file_18)},
    {"pages/reference.js", file_19, sizeof(file_19)},
    {"pages/start.js", file_20, sizeof(file_20)},
    {"pages/status.js", file_21, sizeof(file_21)},
    {"style.css", file_22, sizeof(file_22)},
};

size_t rutile_web_file_count(void) { return sizeof(files) / sizeof(files[0]); }

rutile_web_file rutile_web_file_at(size_t index) { return files[index]; }
