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

// 76d4121763260bdcf593b72b9c4a0100
static const unsigned char file_2[] = {
#embed "../../Web/core/dom.js"
};

// 719352382d00af3ed1c8fe2f8990c08b
static const unsigned char file_3[] = {
#embed "../../Web/core/focus.js"
};

// 0414c29f1965fbbcfd282b04d4129560
static const unsigned char file_4[] = {
#embed "../../Web/core/format.js"
};

// fdd50455c93c8623ee1e7073267a45a1
static const unsigned char file_5[] = {
#embed "../../Web/core/http.js"
};

// 2befe76645e889feebc79a86b18972ad
static const unsigned char file_6[] = {
#embed "../../Web/core/notice.js"
};

// 636a74fe096d925c5f57eb3bdc3a492b
static const unsigned char file_7[] = {
#embed "../../Web/core/properties.js"
};

// 78fbf27ab0d1b4245519d17fea565157
static const unsigned char file_8[] = {
#embed "../../Web/core/recipes.js"
};

// 3f9f8843fbdfcf6d2661f4e983dae4a6
static const unsigned char file_9[] = {
#embed "../../Web/core/session-token.js"
};

// 02c8974e1cb5cf760a07818f9983a6d4
static const unsigned char file_10[] = {
#embed "../../Web/core/session.js"
};

// 80554e9e35b19147433d974d0dc9f177
static const unsigned char file_11[] = {
#embed "../../Web/core/sideways.js"
};

// 9265921160e3a477f80654fc817e0fcd
static const unsigned char file_12[] = {
#embed "../../Web/core/style.js"
};

// da43d323d35069967e4517a5c210e90a
static const unsigned char file_13[] = {
#embed "../../Web/core/table.js"
};

// 303d05d20a41739cc504e8501decad95
static const unsigned char file_14[] = {
#embed "../../Web/icon.svg"
};

// 0737d2b8ca0997fc7a97584238049446
static const unsigned char file_15[] = {
#embed "../../Web/page.html"
};

// e8ba266f6d1d31978d6104bf1d2041e8
static const unsigned char file_16[] = {
#embed "../../Web/pages/entry.js"
};

// a7e54732718388b5fc84987a21396b58
static const unsigned char file_17[] = {
#embed "../../Web/pages/explore.js"
};

// 1114e57142868d478115df1dcafa20e6
static const unsigned char file_18[] = {
#embed "../../Web/pages/federated.js"
};

// 47d4052c7fe66451242171e533fbbd55
static const unsigned char file_19[] = {
#embed "../../Web/pages/graph.js"
};

// af107a4b7bbc84817d03e44cde1e572a
static const unsigned char file_20[] = {
#embed "../../Web/pages/my-data.js"
};

// 1ad85115c415fc7f2c04fd5a9a36981e
static const unsigned char file_21[] = {
#embed "../../Web/pages/reference.js"
};

// f4674bd96ce0360f5a1904fba9f56d48
static const unsigned char file_22[] = {
#embed "../../Web/pages/start.js"
};

// 6e23c2b38447f8c4a3a89f4c0ee7e58a
static const unsigned char file_23[] = {
#embed "../../Web/pages/status.js"
};

// c3c5b4a056cc20accc0babb6886f28e2
static const unsigned char file_24[] = {
#embed "../../Web/parts/answer-tree.js"
};

// 432e7e1514f3d0b36f9cabb34b286168
static const unsigned char file_25[] = {
#embed "../../Web/parts/archive-browser.js"
};

// e470574ecebfe6de4b1d03d261efe55f
static const unsigned char file_26[] = {
#embed "../../Web/parts/archive-definitions.js"
};

// df07080221670e9c25f4d5e27f16179c
static const unsigned char file_27[] = {
#embed "../../Web/parts/archive-link.js"
};

// 1b42ca0d0ae23dc2ff7fb9f11994e22b
static const unsigned char file_28[] = {
#embed "../../Web/parts/archive-node.js"
};

// 320ca9c5c1f26dd70b269dcc57289fbf
static const unsigned char file_29[] = {
#embed "../../Web/parts/archive-plot.js"
};

// ec08ab457a6a80f2eb8da3cd48b708fb
static const unsigned char file_30[] = {
#embed "../../Web/parts/archive-reference.js"
};

// 687e2fb0b31539728c7a410b5a8f2448
static const unsigned char file_31[] = {
#embed "../../Web/parts/archive-request.js"
};

// ebc67a8971e27b413658b4f6d521954b
static const unsigned char file_32[] = {
#embed "../../Web/parts/archive-tree.js"
};

// 71a44ca4e7804cf86666dafc4f356e4f
static const unsigned char file_33[] = {
#embed "../../Web/parts/archive-value.js"
};

// 7cb3a4f9cab63cd347170d65ed8f3a09
static const unsigned char file_34[] = {
#embed "../../Web/parts/code-editor.js"
};

// 8a0124d387102a210f0b70a0841a757f
static const unsigned char file_35[] = {
#embed "../../Web/parts/commands.js"
};

// 272164a6b4ad4b876f34c44621dc9d1f
static const unsigned char file_36[] = {
#embed "../../Web/parts/dataset.js"
};

// 9fe7065285e088dc0166f5f617fc8edd
static const unsigned char file_37[] = {
#embed "../../Web/parts/datasets.js"
};

// e63e7e179d527f6a23980dfe5cbe032c
static const unsigned char file_38[] = {
#embed "../../Web/parts/dialogs.js"
};

// 0564590ff206361ce599b1637183a2f5
static const unsigned char file_39[] = {
#embed "../../Web/parts/download.js"
};

// 1eb3f2e84c9534445a59cf5c19104b5f
static const unsigned char file_40[] = {
#embed "../../Web/parts/dropped-files.js"
};

// dbc3ad151db5d994d3d860fdcda7c0d5
static const unsigned char file_41[] = {
#embed "../../Web/parts/elements.js"
};

// becf366b56b28a612bad52bfe6a77df2
static const unsigned char file_42[] = {
#embed "../../Web/parts/embargo-field.js"
};

// 15a80dc817459af0814a24a3c282c95e
static const unsigned char file_43[] = {
#embed "../../Web/parts/entry-document.js"
};

// 0080ab10ed210e81f3d1b03f9303f1c2
static const unsigned char file_44[] = {
#embed "../../Web/parts/entry-downloads.js"
};

// 694298fafbc7e3c304b92a6d1cbd5368
static const unsigned char file_45[] = {
#embed "../../Web/parts/entry-facts.js"
};

// 9937e79cde190dded1e72ea3e0ced6f7
static const unsigned char file_46[] = {
#embed "../../Web/parts/examples.js"
};

// 92bacc38885ef720b39f2713db47eb10
static const unsigned char file_47[] = {
#embed "../../Web/parts/export-box.js"
};

// 561d519a69a820e4814b2e96f0e1e17f
static const unsigned char file_48[] = {
#embed "../../Web/parts/facets.js"
};

// da191d7485e8f576e2402e427f85ff3d
static const unsigned char file_49[] = {
#embed "../../Web/parts/federated-export.js"
};

// 9bceccc494eaa65a5d4526809d6d0169
static const unsigned char file_50[] = {
#embed "../../Web/parts/federated-query.js"
};

// fa54e68e5ed32c9ab5526fd7398ff18f
static const unsigned char file_51[] = {
#embed "../../Web/parts/federated-results.js"
};

// 4bc7c6859eca1607c68d35a4c1062d13
static const unsigned char file_52[] = {
#embed "../../Web/parts/federated-targets.js"
};

// 85273a82a59381b0cf0057c419a18908
static const unsigned char file_53[] = {
#embed "../../Web/parts/filter-conditions.js"
};

// 1e5e66d8e315e82e7ac1dc5a7b4b0f82
static const unsigned char file_54[] = {
#embed "../../Web/parts/filter-field.js"
};

// ebbff92458348f5ab82af59836963731
static const unsigned char file_55[] = {
#embed "../../Web/parts/filter-rows.js"
};

// 395246433e7ed8e353775a1fc3e8c398
static const unsigned char file_56[] = {
#embed "../../Web/parts/filter-text.js"
};

// 250e2fab020c1221202259857d649721
static const unsigned char file_57[] = {
#embed "../../Web/parts/filter-widgets.js"
};

// 513e67495a8ab228b4ed48c590b3862b
static const unsigned char file_58[] = {
#embed "../../Web/parts/graph-answer.js"
};

// 8448e865ff1cdc4435dc8623adc9d8e6
static const unsigned char file_59[] = {
#embed "../../Web/parts/graph-check.js"
};

// 978b231f5726f8dd0c807c928b5ee1d8
static const unsigned char file_60[] = {
#embed "../../Web/parts/graph-doubts.js"
};

// ccd2358fbe55ef6ae6f99fb298cb0597
static const unsigned char file_61[] = {
#embed "../../Web/parts/graph-examples.js"
};

// f9a3f1700279b473bd8e7ffe47e3fac8
static const unsigned char file_62[] = {
#embed "../../Web/parts/graph-knowledge.js"
};

// a98264bef701eff20f27dbd572247e3c
static const unsigned char file_63[] = {
#embed "../../Web/parts/graph-language.js"
};

// 3eceed6410ac677b94d5de62b5bfdb95
static const unsigned char file_64[] = {
#embed "../../Web/parts/graph-place.js"
};

// 031be80eab6ec5970a1a3e7db00655f9
static const unsigned char file_65[] = {
#embed "../../Web/parts/graph-proposals.js"
};

// ba4b3910a1a9a2c9fd7bc6223f0351af
static const unsigned char file_66[] = {
#embed "../../Web/parts/graph-saves.js"
};

// 3a5061e3edf4d11e7dc9fa5250bab943
static const unsigned char file_67[] = {
#embed "../../Web/parts/graph-shelf.js"
};

// 682078cf751e2203af950dd8c8c2d45c
static const unsigned char file_68[] = {
#embed "../../Web/parts/group.js"
};

// 84c266aac71c5ffbda431e3108dc417f
static const unsigned char file_69[] = {
#embed "../../Web/parts/groups.js"
};

// 8314822f9fdeb57530be356e53839242
static const unsigned char file_70[] = {
#embed "../../Web/parts/json-place.js"
};

// 0191aba7216647b8ae0687c3134afd45
static const unsigned char file_71[] = {
#embed "../../Web/parts/json-text.js"
};

// acb9b9bff82b3eca4204a75a1bb63d95
static const unsigned char file_72[] = {
#embed "../../Web/parts/json-typing.js"
};

// 3321ce27e0c524e94153997fc1dc1e00
static const unsigned char file_73[] = {
#embed "../../Web/parts/line-chart.js"
};

// fa5f3db07df4ee858a13e35c1e9d6cff
static const unsigned char file_74[] = {
#embed "../../Web/parts/numbered-list.js"
};

// 63a967c44e0c513a332225d48939d2ae
static const unsigned char file_75[] = {
#embed "../../Web/parts/openapi.js"
};

// 4470a713c27f33d87e8a6b3ef39f3b95
static const unsigned char file_76[] = {
#embed "../../Web/parts/pager.js"
};

// aedd0f98b0c7b68506cae1b20c755a4e
static const unsigned char file_77[] = {
#embed "../../Web/parts/people.js"
};

// e714f017fd7a66d5cbea0758d335dcdb
static const unsigned char file_78[] = {
#embed "../../Web/parts/periodic-table.js"
};

// 48184fef71887f2ee74e89fc86f4ec56
static const unsigned char file_79[] = {
#embed "../../Web/parts/prometheus.js"
};

// 4698be70bc80493a16dec17b4fe2463a
static const unsigned char file_80[] = {
#embed "../../Web/parts/property-names.js"
};

// 41d5e7d07f869d9a86c1d50fda2dbc15
static const unsigned char file_81[] = {
#embed "../../Web/parts/proposal-list.js"
};

// 0aefaebf509578b196eb2d6a1c3ebcfe
static const unsigned char file_82[] = {
#embed "../../Web/parts/prose.js"
};

// c2593527029a2ddf12763a4b339d4e15
static const unsigned char file_83[] = {
#embed "../../Web/parts/route-trial.js"
};

// 1989718fe410a963431ea483925f65e6
static const unsigned char file_84[] = {
#embed "../../Web/parts/route-view.js"
};

// 211309cd3ea95836fbd48be68b2f6512
static const unsigned char file_85[] = {
#embed "../../Web/parts/save-line.js"
};

// 97de47ab211f0f65aa53a8baaea1b60f
static const unsigned char file_86[] = {
#embed "../../Web/parts/schema-view.js"
};

// f65bb2c66bc445f6d1b3bf80a09ea54f
static const unsigned char file_87[] = {
#embed "../../Web/parts/search-words.js"
};

// d39f6e1153e0e885df5f58a784723bde
static const unsigned char file_88[] = {
#embed "../../Web/parts/selection.js"
};

// f9436c4ec2cdf259cef76e7c64e3bb10
static const unsigned char file_89[] = {
#embed "../../Web/parts/sender.js"
};

// 6cf8bde68c9421e769559504e55e7b69
static const unsigned char file_90[] = {
#embed "../../Web/parts/sending.js"
};

// c5db5b707552d9f2de0464dab9175996
static const unsigned char file_91[] = {
#embed "../../Web/parts/status-charts.js"
};

// da6913db2d979881ae53fe00282f4255
static const unsigned char file_92[] = {
#embed "../../Web/parts/status-facts.js"
};

// cda41c0579a7154c9abfd38eae2efa43
static const unsigned char file_93[] = {
#embed "../../Web/parts/structure-camera.js"
};

// 8016ec9d32e337e18e1f8429d594db64
static const unsigned char file_94[] = {
#embed "../../Web/parts/structure-columns.js"
};

// c8368d9c8ebf3b08e7d291135f620e2a
static const unsigned char file_95[] = {
#embed "../../Web/parts/structure-files.js"
};

// d937afd2cb5946c6024b23a2ee51a0fe
static const unsigned char file_96[] = {
#embed "../../Web/parts/structure-flat.js"
};

// 9eb8f174603fbbd338ec0b1beceb14b1
static const unsigned char file_97[] = {
#embed "../../Web/parts/structure-gestures.js"
};

// f188dd0ae9ad7815c748a51c732732af
static const unsigned char file_98[] = {
#embed "../../Web/parts/structure-instances.js"
};

// bd085146cc023babb5771c10f99af789
static const unsigned char file_99[] = {
#embed "../../Web/parts/structure-model.js"
};

// 66149ef12d6666c79201eb9b6da6d25d
static const unsigned char file_100[] = {
#embed "../../Web/parts/structure-pace.js"
};

// 90ab87a318b2b7e9374db3a5497d4662
static const unsigned char file_101[] = {
#embed "../../Web/parts/structure-results.js"
};

// 7dc0f31b90cfe69f3679780778e2bf9d
static const unsigned char file_102[] = {
#embed "../../Web/parts/structure-scene.js"
};

// 9fed0afc7963d405693d99453242bb1e
static const unsigned char file_103[] = {
#embed "../../Web/parts/structure-viewer.js"
};

// 65e5ef402e817863d699c7840189c37c
static const unsigned char file_104[] = {
#embed "../../Web/parts/structure-webgl.js"
};

// f8561863d0557ae2ea35601ec45caa47
static const unsigned char file_105[] = {
#embed "../../Web/parts/tar.js"
};

// 757ea0cd14e6faae7a0865e3b9766f1c
static const unsigned char file_106[] = {
#embed "../../Web/parts/tokens.js"
};

// 00192647630db1335f2d978b8df58847
static const unsigned char file_107[] = {
#embed "../../Web/parts/upload-access.js"
};

// 12d4235e159983b5269127589af1f432
static const unsigned char file_108[] = {
#embed "../../Web/parts/upload-entries.js"
};

// 7ff1c329fb691ac59b1cd4328b190e70
static const unsigned char file_109[] = {
#embed "../../Web/parts/upload-files.js"
};

// 3d2fe277edeb29a307604060ab012d17
static const unsigned char file_110[] = {
#embed "../../Web/parts/upload-messages.js"
};

// 19043a7f2e7005c8787bcd9c2acac6e0
static const unsigned char file_111[] = {
#embed "../../Web/parts/upload-texts.js"
};

// 962860aec05f2fe4eba75b618f8cc883
static const unsigned char file_112[] = {
#embed "../../Web/parts/upload-words.js"
};

// 294226e50003e08d38eac4b1f588585e
static const unsigned char file_113[] = {
#embed "../../Web/parts/upload.js"
};

// c6abf2cd772556d2181fc2f05019fcef
static const unsigned char file_114[] = {
#embed "../../Web/parts/uploads.js"
};

// bc893e5608cc118c5e3d308e5c4ff9ee
static const unsigned char file_115[] = {
#embed "../../Web/style.css"
};

// f4d290fd5f7a0e3e0e134815db780444
static const unsigned char file_116[] = {
#embed "../../Web/styles/entry.css"
};

// fafcf013a48fdd7d716c267f5e4fb21b
static const unsigned char file_117[] = {
#embed "../../Web/styles/explore.css"
};

// eb42d7beff21836224c66c37cde0554d
static const unsigned char file_118[] = {
#embed "../../Web/styles/federated.css"
};

// d39a94ff3aa88884b3daf207ea24eb50
static const unsigned char file_119[] = {
#embed "../../Web/styles/graph.css"
};

// b0795e9b7151f82395e5ec88436fa393
static const unsigned char file_120[] = {
#embed "../../Web/styles/my-data.css"
};

// 85616833bab13c6c72048687b67b8eb4
static const unsigned char file_121[] = {
#embed "../../Web/styles/reference.css"
};

// f2f631da10bf0fa8351fd3ffdf90b1a1
static const unsigned char file_122[] = {
#embed "../../Web/styles/start.css"
};

// 1abd86241970728495778453ebd75425
static const unsigned char file_123[] = {
#embed "../../Web/styles/status.css"
};

static const rutile_web_file files[] = {
    {"app.js", file_0, sizeof(file_0)},
    {"core/address.js", file_1, sizeof(file_1)},
    {"core/dom.js", file_2, sizeof(file_2)},
    {"core/focus.js", file_3, sizeof(file_3)},
    {"core/format.js", file_4, sizeof(file_4)},
    {"core/http.js", file_5, sizeof(file_5)},
    {"core/notice.js", file_6, sizeof(file_6)},
    {"core/properties.js", file_7, sizeof(file_7)},
    {"core/recipes.js", file_8, sizeof(file_8)},
    {"core/session-token.js", file_9, sizeof(file_9)},
    {"core/session.js", file_10, sizeof(file_10)},
    {"core/sideways.js", file_11, sizeof(file_11)},
    {"core/style.js", file_12, sizeof(file_12)},
    {"core/table.js", file_13, sizeof(file_13)},
    {"icon.svg", file_14, sizeof(file_14)},
    {"page.html", file_15, sizeof(file_15)},
    {"pages/entry.js", file_16, sizeof(file_16)},
    {"pages/explore.js", file_17, sizeof(file_17)},
    {"pages/federated.js", file_18, sizeof(file_18)},
    {"pages/graph.js", file_19, sizeof(file_19)},
    {"pages/my-data.js", file_20, sizeof(file_20)},
    {"pages/reference.js", file_21, sizeof(file_21)},
    {"pages/start.js", file_22, sizeof(file_22)},
    {"pages/status.js", file_23, sizeof(file_23)},
    {"parts/answer-tree.js", file_24, sizeof(file_24)},
    {"parts/archive-browser.js", file_25, sizeof(file_25)},
    {"parts/archive-definitions.js", file_26, sizeof(file_26)},
    {"parts/archive-link.js", file_27, sizeof(file_27)},
    {"parts/archive-node.js", file_28, sizeof(file_28)},
    {"parts/archive-plot.js", file_29, sizeof(file_29)},
    {"parts/archive-reference.js", file_30, sizeof(file_30)},
    {"parts/archive-request.js", file_31, sizeof(file_31)},
    {"parts/archive-tree.js", file_32, sizeof(file_32)},
    {"parts/archive-value.js", file_33, sizeof(file_33)},
    {"parts/code-editor.js", file_34, sizeof(file_34)},
    {"parts/commands.js", file_35, sizeof(file_35)},
    {"parts/dataset.js", file_36, sizeof(file_36)},
    {"parts/datasets.js", file_37, sizeof(file_37)},
    {"parts/dialogs.js", file_38, sizeof(file_38)},
    {"parts/download.js", file_39, sizeof(file_39)},
    {"parts/dropped-files.js", file_40, sizeof(file_40)},
    {"parts/elements.js", file_41, sizeof(file_41)},
    {"parts/embargo-field.js", file_42, sizeof(file_42)},
    {"parts/entry-document.js", file_43, sizeof(file_43)},
    {"parts/entry-downloads.js", file_44, sizeof(file_44)},
    {"parts/entry-facts.js", file_45, sizeof(file_45)},
    {"parts/examples.js", file_46, sizeof(file_46)},
    {"parts/export-box.js", file_47, sizeof(file_47)},
    {"parts/facets.js", file_48, sizeof(file_48)},
    {"parts/federated-export.js", file_49, sizeof(file_49)},
    {"parts/federated-query.js", file_50, sizeof(file_50)},
    {"parts/federated-results.js", file_51, sizeof(file_51)},
    {"parts/federated-targets.js", file_52, sizeof(file_52)},
    {"parts/filter-conditions.js", file_53, sizeof(file_53)},
    {"parts/filter-field.js", file_54, sizeof(file_54)},
    {"parts/filter-rows.js", file_55, sizeof(file_55)},
    {"parts/filter-text.js", file_56, sizeof(file_56)},
    {"parts/filter-widgets.js", file_57, sizeof(file_57)},
    {"parts/graph-answer.js", file_58, sizeof(file_58)},
    {"parts/graph-check.js", file_59, sizeof(file_59)},
    {"parts/graph-doubts.js", file_60, sizeof(file_60)},
    {"parts/graph-examples.js", file_61, sizeof(file_61)},
    {"parts/graph-knowledge.js", file_62, sizeof(file_62)},
    {"parts/graph-language.js", file_63, sizeof(file_63)},
    {"parts/graph-place.js", file_64, sizeof(file_64)},
    {"parts/graph-proposals.js", file_65, sizeof(file_65)},
    {"parts/graph-saves.js", file_66, sizeof(file_66)},
    {"parts/graph-shelf.js", file_67, sizeof(file_67)},
    {"parts/group.js", file_68, sizeof(file_68)},
    {"parts/groups.js", file_69, sizeof(file_69)},
    {"parts/json-place.js", file_70, sizeof(file_70)},
    {"parts/json-text.js", file_71, sizeof(file_71)},
    {"parts/json-typing.js", file_72, sizeof(file_72)},
    {"parts/line-chart.js", file_73, sizeof(file_73)},
    {"parts/numbered-list.js", file_74, sizeof(file_74)},
    {"parts/openapi.js", file_75, sizeof(file_75)},
    {"parts/pager.js", file_76, sizeof(file_76)},
    {"parts/people.js", file_77, sizeof(file_77)},
    {"parts/periodic-table.js", file_78, sizeof(file_78)},
    {"parts/prometheus.js", file_79, sizeof(file_79)},
    {"parts/property-names.js", file_80, sizeof(file_80)},
    {"parts/proposal-list.js", file_81, sizeof(file_81)},
    {"parts/prose.js", file_82, sizeof(file_82)},
    {"parts/route-trial.js", file_83, sizeof(file_83)},
    {"parts/route-view.js", file_84, sizeof(file_84)},
    {"parts/save-line.js", file_85, sizeof(file_85)},
    {"parts/schema-view.js", file_86, sizeof(file_86)},
    {"parts/search-words.js", file_87, sizeof(file_87)},
    {"parts/selection.js", file_88, sizeof(file_88)},
    {"parts/sender.js", file_89, sizeof(file_89)},
    {"parts/sending.js", file_90, sizeof(file_90)},
    {"parts/status-charts.js", file_91, sizeof(file_91)},
    {"parts/status-facts.js", file_92, sizeof(file_92)},
    {"parts/structure-camera.js", file_93, sizeof(file_93)},
    {"parts/structure-columns.js", file_94, sizeof(file_94)},
    {"parts/structure-files.js", file_95, sizeof(file_95)},
    {"parts/structure-flat.js", file_96, sizeof(file_96)},
    {"parts/structure-gestures.js", file_97, sizeof(file_97)},
    {"parts/structure-instances.js", file_98, sizeof(file_98)},
    {"parts/structure-model.js", file_99, sizeof(file_99)},
    {"parts/structure-pace.js", file_100, sizeof(file_100)},
    {"parts/structure-results.js", file_101, sizeof(file_101)},
    {"parts/structure-scene.js", file_102, sizeof(file_102)},
    {"parts/structure-viewer.js", file_103, sizeof(file_103)},
    {"parts/structure-webgl.js", file_104, sizeof(file_104)},
    {"parts/tar.js", file_105, sizeof(file_105)},
    {"parts/tokens.js", file_106, sizeof(file_106)},
    {"parts/upload-access.js", file_107, sizeof(file_107)},
    {"parts/upload-entries.js", file_108, sizeof(file_108)},
    {"parts/upload-files.js", file_109, sizeof(file_109)},
    {"parts/upload-messages.js", file_110, sizeof(file_110)},
    {"parts/upload-texts.js", file_111, sizeof(file_111)},
    {"parts/upload-words.js", file_112, sizeof(file_112)},
    {"parts/upload.js", file_113, sizeof(file_113)},
    {"parts/uploads.js", file_114, sizeof(file_114)},
    {"style.css", file_115, sizeof(file_115)},
    {"styles/entry.css", file_116, sizeof(file_116)},
    {"styles/explore.css", file_117, sizeof(file_117)},
    {"styles/federated.css", file_118, sizeof(file_118)},
    {"styles/graph.css", file_119, sizeof(file_119)},
    {"styles/my-data.css", file_120, sizeof(file_120)},
    {"styles/reference.css", file_121, sizeof(file_121)},
    {"styles/start.css", file_122, sizeof(file_122)},
    {"styles/status.css", file_123, sizeof(file_123)},
};

size_t rutile_web_file_count(void) { return sizeof(files) / sizeof(files[0]); }

rutile_web_file rutile_web_file_at(size_t index) { return files[index]; }
