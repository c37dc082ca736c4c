import ArgumentParser
import Glibc
import RutileServer

/// Reads passwords: from the terminal without showing them, else the first line of standard input. Never from arguments,
/// which everybody on the machine can read.
enum SecretInput {
    /// A new password for `username`, typed twice on a terminal.
    ///
    /// - Throws: `ExitCode`.
    static func newPassword(for username: String) throws -> String {
        let password: String
        if isatty(STDIN_FILENO) != 0 {
            password = try hiddenLine("Password for \(username.visible): ")
            guard try hiddenLine("Once more: ").utf8.elementsEqual(password.utf8) else {
                throw ExitCode.after(saying: ["the passwords are not the same"])
            }
        } else {
            guard let line = readLine() else { throw ExitCode.after(saying: ["standard input has no password"]) }
            password = line
        }
        if let fault = PasswordHash.fault(ofNew: password) { throw ExitCode.after(saying: [fault]) }
        return password
    }

    /// The password of `username`, who has one: `$RUTILE_PASSWORD`, else from the terminal, else from standard input.
    ///
    /// - Throws: `ExitCode`.
    static func password(for username: String) throws -> String {
        if let password = ServerOptions.environment("RUTILE_PASSWORD") { return password }
        if isatty(STDIN_FILENO) != 0 { return try hiddenLine("Password for \(username.visible): ") }
        guard let line = readLine() else {
            throw ExitCode.after(saying: ["standard input has no password; $RUTILE_PASSWORD can hold it"], status: 2)
        }
        return line
    }

    /// One line of the terminal, which does not show it.
    private static func hiddenLine(_ prompt: String) throws -> String {
        writeError(prompt)
        var settings = termios()
        guard unsafe tcgetattr(STDIN_FILENO, &settings) == 0 else {
            throw ExitCode.after(saying: ["the terminal cannot be kept from showing the password"])
        }
        var hidden = settings
        // Without signals too: Ctrl-C would leave a terminal that shows nothing.
        hidden.c_lflag &= ~tcflag_t(ECHO | ISIG)
        unsafe tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden)
        let line = readLine()
        unsafe tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings)
        writeError("\n")
        guard let line, !line.utf8.contains(where: { $0 < 0x20 }) else {
            throw ExitCode.after(saying: ["cancelled"])
        }
        return line
    }
}
