import Foundation
import SystemPackage
import TapCapture
import UnixSignals

extension StopFlag {
    /// Raises the flag when the process is asked to end, and ends the process if it is still there after `limit`.
    ///
    /// A program that reads too slowly, or never, holds whoever writes into its pipe.
    func raiseOnSignals(endingWithin limit: Duration) {
        Task {
            for await _ in await UnixSignalsSequence(trapping: .sigint, .sigterm) {
                raise()
                try await Task.sleep(for: limit)
                Terminal.say("hubtap: error: ended before everything was taken by the reader")
                Foundation.exit(1)
            }
        }
    }

    /// Raises the flag when the last reader of the pipe `descriptor` goes, even if nothing is written any more.
    func raiseWhenReaderGoes(_ descriptor: FileDescriptor) {
        Thread.detachNewThread {
            FileSink.waitUntilReaderGoes(descriptor)
            self.raise()
        }
    }
}
