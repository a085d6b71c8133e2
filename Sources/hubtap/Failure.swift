/// Why a command ends without having done its work.
struct Failure: Error {
    /// What is wrong, where, and what would be right.
    var message: String
    /// 1 failed while running; 2 wrong usage or configuration.
    var exitCode: Int32

    /// Something failed while running.
    static func failed(_ message: String) -> Failure { Failure(message: message, exitCode: 1) }

    /// The command or the configuration is wrong.
    static func usage(_ message: String) -> Failure { Failure(message: message, exitCode: 2) }

    /// Runs `body`; any error of it ends the command with `exitCode` and the error's own words.
    static func rethrow<Value>(
        as exitCode: Int32,
        _ body: () throws -> Value
    ) throws(Failure) -> Value {
        do {
            return try body()
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Failure(message: "\(error)", exitCode: exitCode)
        }
    }
}
