import ArgumentParser
import TapCapture
import TapConfig

/// How a capture is written.
struct OutputOptions: ParsableArguments {
    @Option(help: "pcapng or pcap. Default: pcap for a name that ends in .pcap, else pcapng.")
    var format: CaptureFormat?

    @Option(
        help: ArgumentHelp(
            """
            Begin another file before one gets larger than this, such as 100MiB: mail.pcapng is followed by \
            mail-0002.pcapng. Each is whole by itself; none is deleted.
            """,
            valueName: "size"
        )
    )
    var rotate: ByteSize?
}
