// What a graph request can say besides the data: its first keys, the ways from document to document, the settings. All
// facts of the language that the pages know are here; fields, definitions and values are asked for.

/** The keys that lead to documents: what their lists hold (`kind`), and what that is. */
export const tokens = {
  search: { kind: "hit", help: "Entries that a search finds." },
  entries: { kind: "entry", help: "Entries by their ids; a list shows your own." },
  uploads: { kind: "upload", help: "Uploads by their ids; a list shows those in which you have a role." },
  datasets: { kind: "dataset", help: "Datasets by their ids; a list shows your own." },
  groups: { kind: "group", help: "Groups of users." },
  users: { kind: "user", help: "Users by their ids; me is who asks." },
  metainfo: { kind: "package", help: "Definitions, by the names of their packages." },
  optimade: { kind: "gateway", help: "Entries of other databases, through a gateway of this server." },
};

/** The tokens that documents have as keys, too; the last two stand only at the top. */
export const nestedTokens = Object.keys(tokens).filter((name) => name !== "metainfo" && name !== "optimade");

/** Keys that lead from a document of a kind to something else: the kind that is there, and what it is. */
export const links = {
  entry: {
    archive: { kind: "archive", help: "The archive of the entry." },
    upload: { kind: "upload", help: "The upload that it is in." },
    metadata: { kind: "hit", help: "What the search index says of it." },
    mainfile: { kind: "files", help: "The file that it was read from." },
    files: { kind: "files", help: "All files of its upload." },
  },
  hit: {
    entry: { kind: "entry", help: "The entry, with its archive." },
  },
  upload: {
    files: { kind: "files", help: "Its files, folder by folder." },
  },
};

/** Fields of documents that hold an id; with keys below they lead to that document. */
export const references = {
  entry_id: "entry", upload_id: "upload", main_author: "user", owner: "user", user_id: "user",
};

/** What may stand where a value is wanted. */
export const leaves = [
  { label: "*", help: "All of it, as stored." },
  { label: "include-resolved", help: "All of it, with references followed." },
];

const archives = ["archive"], trees = ["archive", "files", "definition", "packages"];
const lists = ["hits", "entries", "uploads", "datasets", "groups", "gateway"];

/**
 * The settings of `m_request`: `body` is what is written for it, `|` the place of the cursor; `values` are those that it
 * can have; `at` are the places that it has a meaning at, all where it is absent.
 */
export const settings = [
  { name: "query", body: "{|}", at: lists, help: "Which documents the list has." },
  { name: "pagination", body: "{|}", help: "How many, in which order, and which page." },
  { name: "explain", body: "true|", at: ["top"], help: "Says what would be read, and reads nothing." },
  { name: "directive", body: '"|"', values: ["plain", "resolved", "auto_from_layout"],
    help: "plain: references as stored; resolved: followed; auto_from_layout: a ready-made request." },
  { name: "include", body: '["|"]', help: "Patterns of the keys that are wanted at this level: *, ?, [abc]." },
  { name: "exclude", body: '["|"]', help: "Patterns of the keys that are not wanted at this level: *, ?, [abc]." },
  { name: "depth", body: "1|", at: trees, help: "Levels of sections; what lies deeper is replaced by its path." },
  { name: "max_list_size", body: "10|", at: archives, help: "Longer lists are replaced by their path." },
  { name: "max_dict_size", body: "50|", at: archives, help: "Sections of more keys are replaced by their path." },
  { name: "index", body: "[0|]", at: archives,
    help: "Items of a list: [i] or [first, last], ends included, negative from the end." },
  { name: "resolve_depth", body: "1|", at: archives, help: "How many references are followed in a chain." },
  { name: "resolve_type", body: '"|"', values: ["upload", "user", "dataset", "entry"],
    help: "Texts are looked up as ids of that kind." },
  { name: "include_quantities", body: "false|", at: archives, help: "false: the tree of sections without values." },
  { name: "include_label_quantities", body: "true|", at: archives, help: "With the quantities that name a section." },
  { name: "include_definition", body: '"|"', at: trees, values: ["none", "specialized_only", "both"],
    help: "Adds the definitions of what is read." },
  { name: "m_def_format", body: '"|"', at: trees, values: ["full", "short"], help: "How definitions are written." },
  { name: "always_rewrite_references", body: "true|", at: archives,
    help: "References are written as paths from the top of the answer." },
  { name: "export_whole_package", body: "true|", at: trees, help: "With a definition, the package around it." },
  { name: "layout_id", body: '"default"|', at: archives, help: "Which ready-made request auto_from_layout takes." },
  { name: "inherit_from_parent", body: "false|", help: "false: settings from above do not count here." },
];

/** The fields of `pagination`. */
export const pagination = [
  { name: "page_size", body: "10|", help: "Items of a page." },
  { name: "order_by", body: '"|"', help: "The field that orders the list." },
  { name: "order", body: '"|"', values: ["asc", "desc"], help: "Upwards or downwards." },
  { name: "page", body: "1|", help: "The number of the page, from 1." },
  { name: "page_offset", body: "0|", help: "Items that are left out." },
  { name: "page_after_value", body: '"|"', help: "The next_page_after_value of the answer before." },
];

/** What lists can be ordered by. */
export const orders = {
  uploads: ["upload_create_time", "publish_time", "upload_name", "last_status_message", "process_status"],
  entries: ["mainfile", "parser_name", "process_status", "current_process", "entry_create_time"],
  datasets: ["dataset_create_time", "dataset_modified_time", "dataset_name"],
  groups: ["group_id", "group_name", "owner"],
};

/** The fields of `query`, by the list that is asked. */
export const queries = {
  hits: [
    { name: "owner", body: '"|"', values: ["public", "visible", "shared", "user", "staging", "all"],
      help: "public: published; visible: also those you may read; user, shared, staging: of your own uploads." },
    { name: "query", body: "{|}", help: "Criteria by quantity; all must hold. and, or, not combine them." },
    { name: "aggregations", body: "{|}", help: "Counts over all that is found." },
    { name: "pagination", body: "{|}", help: "Counts more than the pagination beside the query." },
    { name: "required", body: "{|}", help: "Which parts of the entries a search gives; a request names them itself." },
  ],
  uploads: [
    { name: "upload_id", body: '["|"]', help: "One of these ids." },
    { name: "upload_name", body: '["|"]', help: "One of these names." },
    { name: "doi", body: '["|"]', help: "One of these DOIs." },
    { name: "is_published", body: "true|", help: "Only published ones, or only others." },
    { name: "is_processing", body: "true|", help: "Only those that are being processed, or only others." },
    { name: "is_owned", body: "true|", help: "Only your own, or only others'." },
    { name: "process_status", body: '"|"', help: "The state of their processing." },
  ],
  entries: [
    { name: "mainfile", body: '["|"]', help: "Regular expressions; one matches a part of the path." },
    { name: "parser_name", body: '["|"]', help: "Regular expressions; one matches a part of the name." },
    { name: "references", body: '["|"]', help: "Regular expressions; one matches a part of a reference." },
  ],
  datasets: [
    { name: "dataset_id", body: '"|"', help: "Its id." },
    { name: "dataset_name", body: '"|"', help: "The whole name." },
    { name: "dataset_type", body: '"|"', values: ["owned", "foreign"], help: "Whose entries it may have." },
    { name: "doi", body: '"|"', help: "Its DOI." },
    { name: "prefix", body: '"|"', help: "How the name begins." },
    { name: "user_id", body: '["|"]', help: "Whose they are." },
  ],
  groups: [
    { name: "group_id", body: '["|"]', help: "One of these ids." },
    { name: "search_terms", body: '"|"', help: "Words of the name." },
    { name: "user_id", body: '"|"', help: "A member." },
  ],
  gateway: [
    { name: "filter", body: '"|"', help: "A filter in OPTIMADE's language." },
    { name: "endpoint", body: '"|"', values: ["structures", "references"], help: "Which entries." },
    { name: "dedupe", body: '"|"', values: ["structure"], help: "Equal structures stand once." },
  ],
};

/** What can be asked of a definition. */
export const definitionKeys = [
  "name", "description", "quantities", "sub_sections", "base_sections", "all_quantities", "all_sub_sections",
  "all_base_sections", "inner_section_definitions", "type", "unit", "shape", "sub_section", "repeats",
];
