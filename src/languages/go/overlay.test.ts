import { describe, expect, it } from "vitest";
import { insertBuffer } from "./overlay.ts";

const posix = `package os
func (f *File) Close() error {
	return nil
}
func (f *File) write(b []byte) (n int, err error) {
	n, err = f.pfd.Write(b)
}
func (f *File) pwrite(b []byte, off int64) (n int, err error) {
}
func (f *File) Truncate(size int64) error {
}
func (f *File) Sync() error {
}
`;
const file = `package os
func (f *File) ReadFrom(r io.Reader) (n int64, err error) {
}
func (f *File) Seek(offset int64, whence int) (ret int64, err error) {
}
func (f *File) SyscallConn() (syscall.RawConn, error) {
}
`;
const fd = "func (f *File) Fd() uintptr {\n}\n";
const exec =
  "package os\nfunc StartProcess(name string, argv []string, attr *ProcAttr) (*Process, error) {\n}\n";

describe("insertBuffer", () => {
  it("puts every statement on the line of its brace, wherever Fd is", () => {
    const newer = new Map([
      ["file_posix.go", posix],
      ["file.go", file + fd],
      ["exec.go", exec],
    ]);
    const older = new Map([
      ["file_posix.go", posix],
      ["file.go", file],
      ["file_unix.go", fd],
      ["exec.go", exec],
    ]);
    for (const sources of [newer, older]) {
      const changed = insertBuffer(sources);
      if (!changed.ok) throw new Error(changed.error);
      for (const [name, text] of changed.value) {
        expect(text.split("\n")).toHaveLength(sources.get(name)?.split("\n").length ?? 0);
      }
      const all = [...changed.value.values()].join("");
      expect(all.match(/perfgap\w+\(/g)).toHaveLength(10);
      expect(all).toMatch(/write\(b \[\]byte\) \(n int, err error\) \{ if n, err, taken := perfgapWrite/);
    }
  });

  it("names the place that a future Go no longer has", () => {
    const changed = insertBuffer(
      new Map([["file_posix.go", posix.replace("write(b []byte)", "put(b []byte)")]]),
    );
    expect(changed).toMatchObject({ ok: false, error: expect.stringContaining("file_posix.go") as unknown });
  });
});
