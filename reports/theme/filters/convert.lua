--[[ Converts pages: `pandoc lua convert.lua`.

Standard input: JSON with `reader`, the name of a Pandoc format; `first_filters`, run over each text that is read; and
`readings`, each with its `name`, `markdown`, `metadata` and `writings`: the `target` file, the format `to` write, the
`last_filter` with `metadata` of its own, and `options` of the writer. Standard output: the name of each reading that
is done. Reading is sandboxed: a text has no way to a file.
]]

local folder = pandoc.path.directory(arg[0])
package.path = folder .. "/?.lua;" .. package.path

local templates = {}

local function template(path)
  if not templates[path] then
    local file = assert(io.open(path, "rb"))
    templates[path] = pandoc.template.compile(file:read("a"), path)
    file:close()
  end
  return templates[path]
end

local function filtered(doc, name)
  return pandoc.utils.run_lua_filter(doc, folder .. "/" .. name)
end

local function read(reading, asked)
  local doc = pandoc.read(reading.markdown, asked.reader, nil, {})
  doc.meta = reading.metadata
  for _, name in ipairs(asked.first_filters) do doc = filtered(doc, name) end
  return reading.metadata.bibliography and pandoc.utils.citeproc(doc) or doc
end

local function write(doc, writing)
  local meta = {}
  for _, told in ipairs({ doc.meta, writing.metadata }) do
    for key, value in pairs(told) do meta[key] = value end
  end
  local options = writing.options
  options.wrap_text = "none"
  if options.template then options.template = template(options.template) end
  local content = pandoc.write(filtered(pandoc.Pandoc(doc.blocks, meta), writing.last_filter), writing.to, options)
  local file = assert(io.open(writing.target, "wb"))
  file:write(content)
  file:close()
end

local asked = pandoc.json.decode(io.read("a"), false)
for _, reading in ipairs(asked.readings) do
  local done, problem = pcall(function()
    local doc = read(reading, asked)
    for _, writing in ipairs(reading.writings) do write(doc, writing) end
  end)
  if not done then
    local refused = tostring(problem):match("REFUSED ([^\n]+)")
    io.stderr:write("REFUSED " .. reading.name .. ": " .. (refused or "pandoc answered: " .. tostring(problem)) .. "\n")
    os.exit(1)
  end
  print(reading.name)
  io.stdout:flush()
end
