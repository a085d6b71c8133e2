public import ArgumentParser
public import TapConfig

extension ByteSize: ExpressibleByArgument {
    /// Reads a size such as `256MiB`.
    public init?(argument: String) { self.init(argument) }
}
