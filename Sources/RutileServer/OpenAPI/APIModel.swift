import RutileJSON

/// A component of the OpenAPI document: what an answer, a request or a part of one is like.
package struct APIModel: Sendable {
    /// Its name among the components.
    let name: String
    let schema: Schema

    /// `schema` under `name`.
    init(_ name: String, _ schema: Schema) {
        self.name = name
        self.schema = schema
    }

    /// Where it stands in the document.
    var reference: Value { Schema.model(self).value }

    private static let all: [APIModel] = [
        problem, fault, oauthError, optimadeErrors, optimadeDocument, openAPI, pagination,
        upload, uploadAnswer, uploadList, entry, entryAnswer, entryList, rawItem, rawDirectory,
        dataset, datasetAnswer, datasetList,
        entryMetadata, entryAuthor, entryDataset, entryMetadataAnswer, entryMetadataList, entrySearch,
        query, metadataRequired, aggregation, bucket, metrics,
        archive, entryArchive, entryArchiveAnswer, entryArchiveSearch, entryFiles, entryFilesAnswer, entryFilesSearch,
        info, suggestions, graphRequest, graphAnswer, graphFault,
        user, userList, group, groupList, login, openIDConfiguration, facets, status,
        entriesRequest, archivesRequest, filesRequest, archiveRequest, graphArchivesRequest, suggestionsRequest,
        uploadEdit, datasetRequest, datasetEdit, groupRequest, gatewayRequest,
    ]

    /// All components, by their names.
    static let components = ObjectValue(all.map { ($0.name, $0.schema.value) })

    // MARK: - Refusals

    /// What the API answers where it refuses something.
    package static let problem = APIModel(
        "Problem",
        .object(
            "Why a request was refused.",
            [
                "detail": .either(
                    "What is wrong, for people: a text; of bodies and parameters that are not what is wanted mostly a list.",
                    [.text(), .list("", of: .model(fault))]),
                "code": .text("What is wrong, for machines. Stable."),
                "location": .text("Where: a JSON pointer into the request, a byte of it, or a parameter.").optional,
            ]))

    private static let fault = APIModel(
        "Fault",
        .object(
            "One thing that is wrong with a body or with parameters.",
            [
                "msg": .text("What is wrong, for people."),
                "loc": .list(
                    "Where: names of members and positions in lists, from `body`, `query` or `path` on; of names in a search one list of names.",
                    of: .either("", [.text(), .integer(), .list("", of: .text())])),
                "type": .text("What is wrong, for machines.").optional,
                "input": .any("What was given.").optional,
                "ctx": .object("What was expected.", [:], isOpen: true).optional,
                "hint": .text("What may have been meant.").optional,
            ]))

    /// RFC 6749 §5.2.
    static let oauthError = APIModel(
        "OAuthError",
        .object(
            "Why no token is given, as RFC 6749 has it.",
            ["error": .text("`invalid_grant` …"), "error_description": .text("For people.")]))

    // MARK: - Other interfaces

    /// What OPTIMADE and the gateway refuse.
    static let optimadeErrors = APIModel(
        "OptimadeErrors",
        .object(
            "An error document of JSON:API.",
            [
                "errors": .list(
                    "",
                    of: .object(
                        "",
                        [
                            "status": .text("The HTTP status."), "code": .text("For machines. Stable."),
                            "title": .text(), "detail": .text("For people."),
                            "source": .object("Where in the request.", [:], isOpen: true).optional,
                        ])),
                "meta": .object("", [:], isOpen: true), "jsonapi": .object("", [:], isOpen: true).optional,
                "links": .object("", [:], isOpen: true).optional,
            ]))

    /// What OPTIMADE and the gateway answer; their own documents say more.
    static let optimadeDocument = APIModel(
        "OptimadeDocument",
        .object(
            "A document of OPTIMADE; the OpenAPI document of the interface itself says more.",
            [
                "data": .any("A resource, a list of them, or null."), "meta": .object("", [:], isOpen: true),
                "included": .list("Related resources.", of: .object("", [:], isOpen: true)).optional,
                "jsonapi": .object("", [:], isOpen: true).optional, "links": .object("", [:], isOpen: true).optional,
            ]))

    /// The OpenAPI document itself.
    static let openAPI = APIModel(
        "OpenAPI",
        .object(
            "A document of OpenAPI 3.1.",
            [
                "openapi": .text("The version of the specification."),
                "info": .object("", ["title": .text(), "version": .text("Of the software.")]),
                "servers": .list("", of: .object("", ["url": .text("Where all paths begin.")])),
                "paths": .map("", of: .object("", [:], isOpen: true)),
                "components": .object("", [:], isOpen: true),
            ]))

    // MARK: - Pages

    /// Which page of a list an answer has.
    static let pagination = APIModel(
        "Pagination",
        .object(
            "Which page this is of how many items, and where others are. Addresses are those of requests without a body.",
            [
                "page_size": .integer("Items of a page."), "order": .choice("", ["asc", "desc"]),
                "total": .integer("Items on all pages."), "order_by": .text("What the list is ordered by.").optional,
                "page": .integer("The number of the page, from 1.").optional,
                "page_offset": .integer("Items that were passed over.").optional,
                "page_after_value": .text("The place after which the page begins.").optional,
                "next_page_after_value": .text("`page_after_value` of the next page; absent on the last.").optional,
                "page_url": .text("This page.", format: "uri").optional,
                "first_page_url": .text("The first page.", format: "uri").optional,
                "prev_page_url": .text("The page before.", format: "uri").optional,
                "next_page_url": .text("The next page.", format: "uri").optional,
            ]))
}
