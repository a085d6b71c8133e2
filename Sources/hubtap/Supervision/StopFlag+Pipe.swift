import Foundation
import SystemPackage
import TapCapture

extension StopFlag {
    /// Raises the flag when the last reader of the pipe `descriptor` goes, even if nothing is written any more.
    func raiseWhenReaderGoes(_ descriptor: FileDescriptor) {
        Thread.detachNewThread {
            FileSink.waitUntilReaderGoes(descriptor)
            self.raise()
        }
    }
}
