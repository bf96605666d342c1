--[[ Writes a page as Markdown for Quarto, in which nothing of the data can act.

Runs after refuse.lua and number.lua. Every sign of punctuation in the text is escaped, so that no shortcode, no raw
block, no attribute, no metadata and no reference can come out of it; what the page is made of is written anew from
its constructs. With `form` the page is a chapter of a document: its ids get the page's name, and links to pages
that are no chapters become text.
]]

local construct = require("construct")

local FORMAT = "markdown-simple_tables-multiline_tables-grid_tables-raw_html-raw_tex-smart-auto_identifiers-citations"
local PLAIN_CODE = "^[%w _./:=%-]+$"

local words, page, colours, in_document, is_document = {}, "", {}, {}, false

local function escape(text)
  return (text:gsub("%p", "\\%0"))
end

-- An attribute is read with its backslashes; a brace that opens a shortcode is kept from doing so.
local function attribute(text)
  return (text:gsub("\\", "\\\\"):gsub('"', '\\"'):gsub("[\r\n]", " "):gsub("{", "\\{"))
end

-- Blank lines around it keep it from running into its neighbours.
local function raw(text)
  return pandoc.RawBlock("markdown", "\n" .. text .. "\n")
end

local function typst(text)
  return pandoc.RawBlock("typst", text)
end

local function write(blocks)
  return (pandoc.write(pandoc.Pandoc(blocks), FORMAT, { wrap_text = "none" }):gsub("%s+$", ""))
end

local function write_line(inlines)
  return (write({ pandoc.Plain(inlines) }):gsub("\n", " "))
end

-- In a document the names of all pages meet, so each takes its page's with it; its kind stays in front for Quarto.
local function own(id)
  if id == "" or not is_document then return id end
  local kind, rest = id:match("^(%a+)%-(.+)$")
  local name = page:gsub("_", "-")
  if kind == "fig" or kind == "tbl" or kind == "eq" or kind == "sec" then return kind .. "-" .. name .. "-" .. rest end
  return name .. "-" .. id
end

-- Quarto would move what is called `refs`.
local function rename(element)
  element.identifier = own(element.identifier == "refs" and "literature-list" or element.identifier)
  element.attributes.label = nil
  return element
end

-- The only heading of the first level is the page's title, or the chapter's.
local function header(element)
  element.level = math.max(2, element.level)
  return rename(element)
end

local function link(element)
  local id = element.target:match("^#(.*)$")
  if id and element.classes:includes("reference") and (id:match("^fig%-") or id:match("^tbl%-") or id:match("^eq%-")) then
    return pandoc.RawInline("markdown", "@" .. own(id))
  end
  if id then return pandoc.Link(element.content, "#" .. own(id)) end
  local other = element.target:match("^([%w_%-]+)%.html")
  if other and is_document then
    return in_document[other] and pandoc.Link(element.content, "#chapter-" .. other:gsub("_", "-")) or element.content
  end
  local target = element.target:gsub("[{}<>\"\\%s]", function(sign) return string.format("%%%02X", sign:byte()) end)
  return pandoc.Link(element.content, target)
end

-- Code is read by Quarto before anything else; what is not plain stands as text.
local function code(element)
  if element.text:match(PLAIN_CODE) then return pandoc.Code(element.text) end
  return pandoc.Str(element.text)
end

local function code_block(element)
  local lines = pandoc.Inlines({})
  for line in (element.text .. "\n"):gmatch("(.-)\n") do
    if #lines > 0 then lines:insert(pandoc.LineBreak()) end
    lines:insert(pandoc.Str(line))
  end
  return pandoc.Div({ pandoc.Para(lines) }, pandoc.Attr("", { "code" }))
end

local function text(words_of_ours)
  return pandoc.Inlines({ pandoc.RawInline("markdown", escape(words_of_ours)) })
end

local function title_and_body(element, kind)
  local body = element.content:clone()
  if body[1] and body[1].t == "Header" then return body:remove(1).content, body end
  return text(element.attributes.title or words[(kind:gsub("-", "_"))]), body
end

local function callout(kind, title, body, collapse)
  local fold = collapse and ' collapse="true"' or ""
  return pandoc.Blocks({ raw("::: {.callout-" .. kind .. fold .. "}\n\n## " .. write_line(title)) }) .. body .. { raw(":::") }
end

local function filled(colour, edge, content)
  local open = '#block(width: 100%, fill: rgb("' .. colours[colour] .. '"), inset: 14pt, stroke: (' .. edge
    .. ': 2.5pt + rgb("' .. colours.teal .. '")))['
  return pandoc.Blocks({ typst(open) }) .. content .. { typst("]") }
end

local function div(element)
  local kind = construct.kind(element)
  if kind == "figure-data" then
    if is_document then return {} end
    return callout("note", text(element.attributes.title or words.data_behind_chart), element.content, true)
  elseif kind == "key-findings" then
    if not (element.content[1] and element.content[1].t == "Header") then
      local id = own("key-findings")
      element.content:insert(1, pandoc.Header(2, text(words.key_findings), pandoc.Attr(id)))
    end
    return is_document and filled("wash", "top", element.content) or element
  elseif kind == "lead" then
    if not is_document then return element end
    return pandoc.Blocks({ typst("#block[#set text(size: 1.2em)") }) .. element.content .. { typst("]") }
  elseif kind then
    local title, body = title_and_body(element, kind)
    local named = construct.CALLOUTS[kind] and kind or "important"
    return callout(named, title, body, element.attributes.collapse == "true" and not is_document)
  end
  local formula = construct.formula(element)
  if formula then
    local alt = element.attributes.alt and ' alt="' .. attribute(element.attributes.alt) .. '"' or ""
    return raw("$$\n" .. formula.text .. "\n$$ {#" .. element.identifier .. alt .. "}")
  end
end

local function figure(element, pictures)
  local image = construct.picture(element)
  local name, alt = image.src:match("([^/]+)$"), image.attributes["fig-alt"]
  local caption = write_line(construct.caption(element))
  if not pictures[name] then
    return raw(escape(words.picture_missing .. " " .. alt) .. "\n\n" .. caption)
  end
  local id = element.identifier ~= "" and "#" .. element.identifier .. " " or ""
  return raw("![" .. caption .. "](figures/" .. page .. "/" .. name .. "){" .. id .. 'fig-alt="' .. attribute(alt) .. '"}')
end

-- A table in pipes holds one line a cell; its name stands behind its caption.
local function captioned(tbl)
  local id = tbl.identifier
  tbl.identifier, tbl.attributes, tbl.classes = "", {}, {}
  if id ~= "" and #tbl.caption.long > 0 then
    local caption = construct.caption(tbl) .. { pandoc.Space(), pandoc.RawInline("markdown", "{#" .. id .. "}") }
    tbl.caption.long = pandoc.Blocks({ pandoc.Plain(caption) })
  end
  return tbl:walk({ LineBreak = function() return pandoc.Space() end })
end

local function strength(span)
  local found = construct.strength(span)
  if found and is_document then return pandoc.Strong(span.content) end
  return span
end

function Pandoc(doc)
  words = construct.words(doc.meta)
  page = pandoc.utils.stringify(doc.meta.page)
  is_document = pandoc.utils.stringify(doc.meta.form or "") ~= ""
  local pictures = construct.set(doc.meta.pictures)
  in_document = construct.set(doc.meta["pages-in-pdf"])
  for name, colour in pairs(doc.meta.colours) do colours[name] = pandoc.utils.stringify(colour) end
  doc = doc:walk({ Header = header, Figure = rename, Table = rename, Div = rename, Span = rename })
  doc = doc:walk({ Link = link, Code = code, CodeBlock = code_block, Span = strength })
  doc = doc:walk({ RawBlock = function() return {} end })
  doc = doc:walk({ Str = function(str) return pandoc.RawInline("markdown", escape(str.text)) end })
  doc = doc:walk({ Table = captioned, Figure = function(element) return figure(element, pictures) end })
  return doc:walk({ Div = div })
end
