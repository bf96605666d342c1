--[[ The constructs of a page as calls of the functions in report.typ.

All pages become one document, so every id is put under its page's name, and a link to another page becomes a link
to its chapter. Tables behind charts are gathered at the end of the chapter.
]]

package.path = pandoc.path.directory(PANDOC_SCRIPT_FILE) .. "/?.lua;" .. package.path
local construct = require("construct")

local words, pictures, page, in_pdf = {}, "", "", {}
local appendix = pandoc.List({})
local COLUMNS_SIDE_BY_SIDE = 5
local SHORT_CELL = 16 -- characters

local function quoted(text)
  local escaped = text:gsub('[\\"]', "\\%0"):gsub("[\r\n]", " ")
  return '"' .. escaped .. '"'
end

local function typst(blocks)
  return "[" .. pandoc.write(pandoc.Pandoc(blocks), "typst", { wrap_text = "none" }) .. "]"
end

local function content(inlines)
  return typst({ pandoc.Plain(inlines) })
end

local function raw(text)
  return pandoc.RawBlock("typst", text)
end

local function own(id)
  return id ~= "" and page .. "-" .. id or ""
end

local function list(items)
  return "(" .. table.concat(items, ", ") .. (#items > 0 and "," or "") .. ")"
end

local function longest_cell(rows, column)
  local longest = 0
  for _, row in ipairs(rows) do
    local cell = row.cells[column]
    if cell then longest = math.max(longest, utf8.len(pandoc.utils.stringify(cell.contents)) or 0) end
  end
  return longest
end

-- Columns of long text share the room that numbers and short words leave.
local function columns(tbl, aligns, rows)
  local widths = {}
  for i, spec in ipairs(tbl.colspecs) do
    local flows = spec[2] and aligns[i] == "left" and longest_cell(rows, i) > SHORT_CELL
    widths[i] = flows and string.format("%.3ffr", spec[2]) or "auto"
  end
  return list(widths)
end

local function cells(rows)
  local all = {}
  for _, row in ipairs(rows) do
    for _, cell in ipairs(row.cells) do
      local text = construct.mere_text(cell.contents)
      table.insert(all, text and quoted(text) or typst(cell.contents))
    end
  end
  return list(all)
end

local function table_call(tbl)
  local head, body, aligns = construct.rows(tbl)
  return raw("#data-table(\n  id: " .. quoted(own(tbl.identifier))
    .. ",\n  dense: " .. (tbl.attributes.dense or "false")
    .. ",\n  number: " .. quoted(tbl.attributes.label or "")
    .. ",\n  caption: " .. content(construct.caption(tbl))
    .. ",\n  columns: " .. columns(tbl, aligns, body)
    .. ",\n  align: " .. list(aligns)
    .. ",\n  header: " .. cells(head)
    .. ",\n  cells: " .. cells(body) .. ",\n)")
end

local function exists(path)
  local file = io.open(path, "r")
  if file then file:close() end
  return file ~= nil
end

-- Tells tables behind charts from the others, while they still are tables.
local function mark_data(div)
  if not div.classes:includes("figure-data") then return nil end
  div.attributes.narrow = "true"
  return div:walk({
    Table = function(tbl)
      if #tbl.colspecs > COLUMNS_SIDE_BY_SIDE then div.attributes.narrow = nil end
      tbl.attributes.dense = "true"
      return tbl
    end,
  })
end

local function data_call(figure, title, data, id)
  local blocks = pandoc.Blocks({
    raw("#chart-data(id: " .. quoted(id) .. ", number: " .. quoted(figure.attributes.label or "")
      .. ", title: " .. content(title) .. ")["),
  })
  appendix:insert({ narrow = data.attributes.narrow == "true", blocks = blocks .. data.content .. { raw("]") } })
end

-- Narrow tables stand side by side, in their order; a wide one has the page to itself.
local function appendix_blocks()
  local blocks = pandoc.Blocks({ raw("#appendix-heading(" .. quoted(words.data_behind_charts) .. ")") })
  local open = false
  for _, entry in ipairs(appendix) do
    if entry.narrow ~= open then blocks:insert(raw(open and "]" or "#side-by-side[")) end
    open = entry.narrow
    blocks:extend(entry.blocks)
  end
  if open then blocks:insert(raw("]")) end
  return blocks
end

local function figure_call(figure, _, data)
  local image = construct.picture(figure)
  local name, alt = image.src:match("([^/]+)$"), image.attributes["fig-alt"]
  local title, note = construct.title_and_note(construct.caption(figure))
  local data_id = data and own(figure.identifier .. "-data") or ""
  if data then data_call(figure, title, data, data_id) end
  local path = exists(pictures .. "/" .. name) and quoted(page .. "/" .. name) or "none"
  return pandoc.Blocks({ raw("#figure-card(\n  id: " .. quoted(own(figure.identifier))
    .. ",\n  number: " .. quoted(figure.attributes.label or "")
    .. ",\n  path: " .. path .. ",\n  alt: " .. quoted(alt)
    .. ",\n  title: " .. content(title) .. ",\n  note: " .. content(note)
    .. ",\n  data: " .. quoted(data_id) .. ",\n)") })
end

local function box(div, kind)
  if kind == "lead" then return pandoc.Blocks({ raw("#lead[") }) .. div.content .. { raw("]") } end
  local title, body = construct.title_and_body(div, words)
  local open = "#callout(kind: " .. quoted(kind) .. ", title: " .. content(title) .. ")["
  if kind == "key-findings" then
    local first = div.content[1]
    local id = first and first.t == "Header" and first.identifier or own("key-findings")
    open = "#key-findings(id: " .. quoted(id) .. ", title: " .. content(title) .. ")["
  end
  return pandoc.Blocks({ raw(open) }) .. body .. { raw("]") }
end

local function link(element)
  local id = element.target:match("^#(.*)$")
  if id then
    element.target = "#" .. own(id)
    return element
  end
  local other = element.target:match("^([%w_%-]+)%.html")
  if not other then return nil end
  if not in_pdf[other] then return element.content end
  element.target = "#" .. other
  return element
end

local function rename(element)
  element.identifier = own(element.identifier)
  return element
end

local function strength(span)
  local found = construct.strength(span)
  if not found then return rename(span) end
  return pandoc.Inlines({
    pandoc.RawInline("typst", "#strength(" .. quoted(found) .. ")["),
    pandoc.Span(span.content),
    pandoc.RawInline("typst", "]"),
  })
end

function Pandoc(doc)
  words = construct.words(doc.meta)
  pictures, page = pandoc.utils.stringify(doc.meta.pictures), pandoc.utils.stringify(doc.meta.page)
  for _, name in ipairs(doc.meta["pages-in-pdf"] or {}) do in_pdf[pandoc.utils.stringify(name)] = true end
  doc = doc:walk({ Link = link, Header = rename, Span = strength }):walk({ Div = mark_data })
  doc = doc:walk({
    Table = table_call,
    Div = function(div)
      local kind = construct.kind(div)
      if kind and kind ~= "figure-data" then return box(div, kind) end
    end,
    Blocks = function(blocks) return construct.gather_figures(blocks, figure_call) end,
  })
  if #appendix > 0 then doc.blocks:extend(appendix_blocks()) end
  return doc
end
