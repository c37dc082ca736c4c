import ArgumentParser

extension ExitCode {
    /// Says `lines` on standard error, each after `rutile` and the verb; throwing the result ends the command with `status`.
    static func after(saying lines: [String], status: Int32 = 1) -> ExitCode {
        for line in lines { printError("\(Rutile.verb): \(line)".visible) }
        return ExitCode(status)
    }
}
