/**
 * The least that a service can do: takes a request with its body and answers with as many bytes as it is told. What a real
 * service reaches is compared with it. `node bench/bare-http.ts SOCKET BYTES`
 */
import { createServer } from "node:http"

const [socket = "", bytes = "0"] = process.argv.slice(2)
const answer = Buffer.alloc(Number(bytes), 0x20)
const server = createServer((request, response) => {
  request.resume().on("end", () => {
    response.writeHead(200, { "content-type": "application/x-ndjson", "content-length": answer.length })
    response.end(answer)
  })
})
server.listen(socket, () => console.log("listening"))
process.on("SIGTERM", () => process.exit())
