import RutileGateway
import Testing

struct QueryLifecycleTests {
    @Test func aQueryGoesThroughItsStatesInOrder() {
        var life = QueryLifecycle<String>(databases: 2)
        #expect(life.state.rawValue == "created")
        #expect(life.apply(.start) == .ask([0, 1]))
        #expect(life.state.rawValue == "started")
        #expect(life.apply(.asked) == nil)
        #expect(life.state.rawValue == "in progress")
        #expect(life.apply(.answered(1, "b")) == nil)
        #expect(life.outcomes == [nil, "b"])
        #expect(life.apply(.answered(0, "a")) == .store)
        #expect(life.state.rawValue == "finished")
    }

    @Test func eventsThatDoNotFitChangeNothing() {
        var life = QueryLifecycle<String>(databases: 1)
        #expect(life.apply(.answered(0, "early")) == nil)
        #expect(life.apply(.asked) == nil)
        #expect(life.outcomes == [nil])
        _ = life.apply(.start)
        #expect(life.apply(.start) == nil)
        _ = life.apply(.asked)
        #expect(life.apply(.answered(0, "first")) == .store)
        #expect(life.apply(.answered(0, "second")) == nil)
        #expect(life.outcomes == ["first"])
    }

    @Test func aQueryToNoDatabaseIsFinishedAtOnce() {
        var life = QueryLifecycle<String>(databases: 0)
        _ = life.apply(.start)
        #expect(life.apply(.asked) == .store)
    }
}
