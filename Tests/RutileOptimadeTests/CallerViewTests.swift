import RutileModel
import RutileOptimade
import Testing

struct CallerViewTests {
    @Test func aViewIsKeptUntilTheNextChange() {
        var views = CallerViews<Int>()
        var made = 0
        func ask(_ caller: Caller = .anonymous, at change: Int64) -> Int {
            views.view(for: caller, at: change, reached: change) {
                made += 1
                return made
            }
        }
        #expect(ask(at: 1) == 1)
        #expect(ask(at: 1) == 1)
        #expect(ask(Caller(user: UserID("u"), isAdmin: false, groups: []), at: 1) == 2)
        #expect(ask(at: 2) == 3)
        #expect(ask(at: 2) == 3)
    }

    @Test func whatHasNotTakenInTheChangeYetIsNotKept() {
        var views = CallerViews<String>()
        #expect(views.view(for: .anonymous, at: 2, reached: 1) { "old" } == "old")
        #expect(views.view(for: .anonymous, at: 2, reached: 2) { "new" } == "new")
        #expect(views.view(for: .anonymous, at: 2, reached: 2) { "again" } == "new")
    }
}
