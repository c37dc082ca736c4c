import OptimadeAPI
import Testing

struct EntryListingRequestTests {
    private func request(_ query: String) throws -> EntryListingRequest {
        try EntryListingRequest(
            QueryString(query), ParameterRules(prefix: "exmpl", defaultPageLimit: 20, maximumPageLimit: 500))
    }

    @Test(arguments: [
        ("", EntryListingRequest()),
        ("filter=a%3D1", EntryListingRequest(filter: "a=1")),
        ("filter=", EntryListingRequest()),
        ("filter=+%09", EntryListingRequest(filter: " \t")),
        ("response_fields=a,b", EntryListingRequest(responseFields: ["a", "b"])),
        ("response_fields=a%2C+b+", EntryListingRequest(responseFields: ["a", "b"])),
        ("response_fields=", EntryListingRequest()),
        ("sort=a,-b", EntryListingRequest(sort: [SortTerm("a"), SortTerm("b", isDescending: true)])),
        ("sort=", EntryListingRequest()),
        ("page_limit=0", EntryListingRequest(pageLimit: 0)),
        ("page_limit=500", EntryListingRequest(pageLimit: 500)),
        ("page_limit=", EntryListingRequest()),
        ("page_offset=0", EntryListingRequest(position: .offset(0))),
        ("page_number=3", EntryListingRequest(position: .number(3))),
        ("page_cursor=abc", EntryListingRequest(position: .cursor("abc"))),
        ("page_above=x%2F1", EntryListingRequest(position: .above("x/1"))),
        ("page_above=", EntryListingRequest(position: .above(""))),
        ("page_above=5&sort=id", EntryListingRequest(sort: [SortTerm("id")], position: .above("5"))),
        ("page_above=&sort=a", EntryListingRequest(sort: [SortTerm("a")])),
        ("page_above=&page_offset=5", EntryListingRequest(position: .offset(5))),
        ("page_below=", EntryListingRequest()),
        ("include=", EntryListingRequest(include: [])),
        ("include=structures,references", EntryListingRequest(include: ["structures", "references"])),
        ("response_format=json", EntryListingRequest()),
        ("response_format=", EntryListingRequest()),
        ("email_address=a@example.com", EntryListingRequest()),
        ("api_hint=v1", EntryListingRequest()),
        // A registered provider's parameter is nothing to warn about.
        ("_mp_x=1", EntryListingRequest()),
        ("_mp_x", EntryListingRequest()),
    ])
    func parametersAreRead(query: String, expected: EntryListingRequest) throws {
        #expect(try request(query) == expected)
    }

    @Test(arguments: [
        ("foo=1", OptimadeProblem.Code.parameterUnknown, "foo"),
        ("_exmpl_foo=1", .parameterUnknown, "_exmpl_foo"),
        ("_foo=1", .parameterUnknown, "_foo"),
        ("dimension_slices=dim_sites%5B0%3A1%5D", .parameterUnknown, "dimension_slices"),
        ("filter", .parameterValue, "filter"),
        ("filter=a&filter=b", .parameterRepeated, "filter"),
        ("response_format=xml", .parameterValue, "response_format"),
        ("response_fields=a,,b", .parameterValue, "response_fields"),
        ("response_fields=,", .parameterValue, "response_fields"),
        ("sort=-", .parameterValue, "sort"),
        ("sort=a,", .parameterValue, "sort"),
        ("page_limit=-1", .parameterValue, "page_limit"),
        ("page_limit=1.5", .parameterValue, "page_limit"),
        ("page_limit=ten", .parameterValue, "page_limit"),
        ("page_limit=99999999999999999999", .parameterLimit, "page_limit"),
        ("page_limit=501", .parameterLimit, "page_limit"),
        ("page_offset=-1", .parameterValue, "page_offset"),
        ("page_offset=x", .parameterValue, "page_offset"),
        ("page_number=x", .parameterValue, "page_number"),
        ("page_below=5", .parameterUnsupported, "page_below"),
        ("page_above=5&sort=a", .parameterUnsupported, "page_above"),
        ("page_above=5&sort=-id", .parameterUnsupported, "page_above"),
    ])
    func wrongParametersAreNamed(query: String, code: OptimadeProblem.Code, parameter: String) {
        let problem = #expect(throws: OptimadeProblem.self) { try request(query) }
        #expect(problem?.code == code)
        #expect(problem?.parameter == parameter)
        #expect(problem?.detail.contains(parameter) == true)
    }

    @Test(arguments: [
        ("_other_x=1", OptimadeWarning.Code.parameterForeign, "_other_x"),
        ("email_address=nobody", .parameterIgnored, "email_address"),
        ("email_address=a%0A@example.com", .parameterIgnored, "email_address"),
        ("page_number=0", .parameterIgnored, "page_number"),
        ("api_hint=v1&api_hint=v1", .parameterIgnored, "api_hint"),
        ("page_number=2&page_offset=10", .parameterIgnored, "page_number"),
        ("page_above=a&page_cursor=b", .parameterIgnored, "page_above"),
    ])
    func oddParametersAreWarnedAbout(query: String, code: OptimadeWarning.Code, parameter: String) throws {
        let warnings = try request(query).warnings
        #expect(warnings.map(\.code) == [code])
        #expect(warnings.map(\.parameter) == [parameter])
    }

    @Test func theOffsetCountsBeforeTheNumberBeforeTheCursorBeforeTheId() throws {
        let all = "page_above=a&page_cursor=c&page_number=2&page_offset=10"
        #expect(try request(all).position == .offset(10))
        #expect(try request("page_above=a&page_cursor=c&page_number=2").position == .number(2))
        #expect(try request("page_above=a&page_cursor=c").position == .cursor("c"))
    }

    @Test(arguments: ["foo=1", "_exmpl_foo=1", "filter=x", "sort=zzz", "page_limit=-5", "foo", "filter=a&filter=b"])
    func singleEntriesIgnoreWhatTheyDoNotKnow(query: String) throws {
        let request = try SingleEntryRequest(QueryString(query), ParameterRules(prefix: "exmpl"))
        #expect(request == SingleEntryRequest())
    }

    @Test(arguments: [("response_format=xml", "response_format"), ("include", "include"), ("include=a,,b", "include")])
    func singleEntriesRefuseWrongValues(query: String, parameter: String) {
        let problem = #expect(throws: OptimadeProblem.self) {
            try SingleEntryRequest(QueryString(query), ParameterRules(prefix: "exmpl"))
        }
        #expect(problem?.parameter == parameter)
    }

    @Test(arguments: [
        ("elements", ParameterRules.Owner.standard), ("_elements", .standard), ("__x", .standard),
        ("_exmpl_x", .own), ("_exmpl_", .own), ("_exmp_x", .foreign(isRegistered: false)),
        ("_mp_x", .foreign(isRegistered: true)),
    ])
    func prefixesTellWhoOwnsAName(name: String, owner: ParameterRules.Owner) {
        #expect(ParameterRules(prefix: "exmpl").owner(of: name) == owner)
    }

    @Test func theDefaultLimitIsNeverAboveTheMaximum() {
        #expect(ParameterRules(prefix: "x", defaultPageLimit: 100, maximumPageLimit: 10).defaultPageLimit == 10)
    }
}
