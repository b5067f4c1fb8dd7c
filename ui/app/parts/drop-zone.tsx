/** Files by dragging, or by a button that does the same from the keyboard. */
import { useId, useRef, useState, type DragEvent, type ReactNode } from "react"
import { filesIn } from "../browser/file-path.ts"
import { useSay } from "../messages/text.ts"
import { Bytes } from "./values.tsx"
import { Icon } from "./icons.tsx"

interface DropZoneProps {
  readonly label: string
  readonly note: string
  readonly many?: boolean
  /** Whether a whole folder is chosen. */
  readonly folder?: boolean
  readonly accept?: string
  readonly files: readonly File[]
  readonly onFiles: (files: readonly File[]) => void
  readonly children?: ReactNode
}

/** A place to drop files on. What is chosen is named; nothing is read before somebody asks for it. */
export function DropZone(props: DropZoneProps): ReactNode {
  const { label, note, many = false, folder = false, accept, files, onFiles, children } = props
  const say = useSay()
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  const [over, setOver] = useState(false)
  const take = (all: readonly File[]): void => {
    if (all.length > 0) onFiles(many || folder ? all : all.slice(0, 1))
  }
  const onDrag = (event: DragEvent, entering: boolean): void => {
    event.preventDefault()
    setOver(entering)
  }
  return (
    <div
      className="drop"
      role="group"
      aria-labelledby={id}
      data-over={over}
      onDragOver={event => onDrag(event, true)}
      onDragLeave={event => onDrag(event, false)}
      onDrop={event => {
        onDrag(event, false)
        // What cannot be read, such as a folder that is gone already, is as good as not dropped.
        filesIn(event.dataTransfer).then(take, () => take([]))
      }}
    >
      <p id={id} className="name">
        {label}
      </p>
      <p className="soft small">{note}</p>
      <input
        ref={input}
        type="file"
        className="heard-only"
        tabIndex={-1}
        aria-hidden="true"
        multiple={many || folder}
        {...(accept === undefined ? {} : { accept })}
        {...(folder ? { webkitdirectory: "" } : {})}
        onChange={event => {
          take([...(event.target.files ?? [])])
          event.target.value = ""
        }}
      />
      <div className="actions">
        <button type="button" className="button" aria-describedby={id} onClick={() => input.current?.click()}>
          <Icon name="file" />
          {say(folder ? "drop.chooseFolder" : many ? "drop.chooseMany" : "drop.choose")}
        </button>
        {files.length === 0 ? (
          <span className="soft">{say("drop.orDrag")}</span>
        ) : (
          <button type="button" className="button plain" onClick={() => onFiles([])}>
            {say("drop.clear")}
          </button>
        )}
      </div>
      {files.length === 0 ? null : (
        <p>
          {files.length === 1 && files[0] !== undefined ? (
            <>
              <span className="mono">{files[0].name}</span>{" "}
              <span className="soft">
                (<Bytes value={files[0].size} />)
              </span>
            </>
          ) : (
            say("drop.count", { n: files.length })
          )}
        </p>
      )}
      {children}
    </div>
  )
}
